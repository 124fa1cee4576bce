import { randomUUID } from 'node:crypto';
import { type Db, type Document, Long, type MongoClient, MongoServerError } from 'mongodb';
import { check, difference, type Outcome } from './compare';
import { isJson, type Json, mapFields, plain, put, read, write } from './values';

/** One case as the files hold it: commands with the replies that MongoDB gives to them. */
export interface Case {
  name: string;
  /** Where the replies are stated; without it they were recorded from a real server. */
  source?: string;
  seed?: Record<string, unknown[]>;
  indexes?: Record<string, unknown[]>;
  steps: { db?: string; command: Json; expect: Outcome }[];
  after?: Record<string, unknown[]>;
  anyKeyOrder?: boolean;
}

const TYPED = {
  promoteValues: false,
  promoteLongs: false,
  promoteBuffers: false,
  bsonRegExp: true,
  ignoreUndefined: false,
} as const;

const isNumber = (v: unknown): boolean =>
  isJson(v) && ['Int32', 'Double', 'Long'].includes(String(v['_bsontype']));

const pattern = (v: unknown): Json =>
  mapFields(v as Json, (x) => (isNumber(x) ? plain(x) : write(x)));

function writeError(e: Json, index: string): Json {
  const out: Json = { [index]: plain(e[index]), code: plain(e['code']) };
  if (e['keyPattern']) out['keyPattern'] = pattern(e['keyPattern']);
  if (e['keyValue'] && !e['hexEncoded'] && !e['collation']) out['keyValue'] = write(e['keyValue']);
  return out;
}

function indexSpec(v: unknown): unknown {
  const spec = write(v) as Json;
  const collation = spec['collation'];
  if (isJson(collation)) {
    if (collation['locale'] === 'simple') delete spec['collation'];
    else delete collation['version'];
  }
  return spec;
}

/** What is looked at in a reply; everything else is ignored. */
function observe(name: string, reply: Json): Outcome {
  if (name === 'bulkWrite') return { reply: observeBulk(reply) };
  const cursor = reply['cursor'] as Json | undefined;
  const batch = (cursor?.['firstBatch'] ?? cursor?.['nextBatch']) as Json[] | undefined;
  if (batch) {
    const documents =
      name === 'listIndexes'
        ? batch.map(indexSpec)
        : name === 'listCollections'
          ? batch.map((d) => ({ name: d['name'], type: d['type'], options: write(d['options']) }))
          : batch.map(write);
    return { documents, cursor: plain(cursor?.['id']) === 0 ? 'zero' : 'nonzero' };
  }
  return { reply: observeReply(reply) };
}

function observeBulk(reply: Json): Json {
  const out: Json = {};
  for (const k of ['nErrors', 'nInserted', 'nMatched', 'nModified', 'nUpserted', 'nDeleted']) {
    out[k] = plain(reply[k]);
  }
  const rows = ((reply['cursor'] as Json)['firstBatch'] ?? []) as Json[];
  out['results'] = rows.map((row) => {
    const one = plain(row['code']) ? writeError(row, 'idx') : { idx: plain(row['idx']) };
    put(one, 'n', plain(row['n']));
    if (row['nModified'] !== undefined) put(one, 'nModified', plain(row['nModified']));
    if (row['upserted']) put(one, 'upserted', write(row['upserted']));
    return one;
  });
  return out;
}

function observeReply(reply: Json): Json {
  const out: Json = {};
  for (const k of ['n', 'nModified', 'numIndexesBefore', 'numIndexesAfter', 'nIndexesWas']) {
    if (reply[k] !== undefined) out[k] = plain(reply[k]);
  }
  const list = (k: string) => (reply[k] ?? []) as Json[];
  if (list('upserted').length > 0) {
    out['upserted'] = list('upserted').map((u) => ({
      index: plain(u['index']),
      _id: write(u['_id']),
    }));
  }
  if (list('writeErrors').length > 0) {
    out['writeErrors'] = list('writeErrors').map((e) => writeError(e, 'index'));
  }
  const last = reply['lastErrorObject'] as Json | undefined;
  if (last) {
    const seen: Json = {};
    if (last['n'] !== undefined) seen['n'] = plain(last['n']);
    if (last['updatedExisting'] !== undefined) seen['updatedExisting'] = last['updatedExisting'];
    if (last['upserted'] !== undefined) seen['upserted'] = write(last['upserted']);
    out['lastErrorObject'] = seen;
  }
  if (Object.hasOwn(reply, 'value')) out['value'] = write(reply['value']);
  if (reply['values']) out['values'] = list('values').map(write);
  for (const k of ['cursorsKilled', 'cursorsNotFound', 'cursorsAlive']) {
    if (reply[k]) out[k] = list(k).length;
  }
  return out;
}

function observeError(error: unknown): Outcome {
  if (!(error instanceof MongoServerError)) throw error;
  const code = Number(plain(error.code));
  const out: Json = { code };
  if (error.codeName && (code < 10_000 || code === 11_000)) out['codeName'] = error.codeName;
  const answer = { ...error.errorResponse, ...error } as Json;
  if (answer['keyPattern']) out['keyPattern'] = pattern(answer['keyPattern']);
  if (answer['keyValue'] && !answer['hexEncoded']) out['keyValue'] = write(answer['keyValue']);
  return { error: out, message: error.message };
}

const named = (v: unknown, db: string): unknown => {
  if (typeof v === 'string') return v.replaceAll('$$DB', db);
  if (Array.isArray(v)) return v.map((x) => named(x, db));
  return isJson(v) ? mapFields(v, (x) => named(x, db)) : v;
};

/** Runs one case in a database of its own; answers its first difference, or null. */
export async function runCase(client: MongoClient, one: Case): Promise<string | null> {
  const name = `case_${randomUUID().slice(0, 13)}`;
  const db = client.db(name);
  // One session for the whole case, so that a cursor's batches belong together.
  const session = client.startSession({ causalConsistency: false });
  const send = (command: Document, on: Db = db) => on.command(command, { ...TYPED, session });
  const anyOrder = one.anyKeyOrder === true;
  const cursors: (Long | undefined)[] = [];
  try {
    await seed(one, send);
    for (const [i, step] of one.steps.entries()) {
      const command = withCursors(read(named(step.command, name)) as Json, step.command, cursors);
      let got: Outcome;
      try {
        const reply = await send(command, step.db ? client.db(step.db) : db);
        const id = (reply['cursor'] as Json | undefined)?.['id'];
        cursors.push(id === undefined ? undefined : Long.fromString(String(id)));
        got = observe(Object.keys(command)[0] ?? '', reply);
      } catch (error) {
        cursors.push(undefined);
        got = observeError(error);
      }
      const d = check(step.expect, got, `step ${i}`, anyOrder);
      if (d) return d;
    }
    for (const [collection, docs] of Object.entries(one.after ?? {})) {
      const all = { find: collection, filter: {}, sort: { _id: 1 }, batchSize: 10_000 };
      const reply = await send(all);
      const d = difference(
        docs,
        reply['cursor'].firstBatch.map(write),
        `after.${collection}`,
        anyOrder,
      );
      if (d) return d;
    }
    return null;
  } finally {
    await send({ dropDatabase: 1 });
    await session.endSession();
  }
}

async function seed(one: Case, send: (command: Document) => Promise<Document>): Promise<void> {
  for (const [collection, indexes] of Object.entries(one.indexes ?? {})) {
    if (indexes.length > 0) await send({ createIndexes: collection, indexes: read(indexes) });
  }
  for (const [collection, docs] of Object.entries(one.seed ?? {})) {
    if (docs.length > 0) await send({ insert: collection, documents: read(docs) });
    else if (!one.indexes?.[collection]?.length) await send({ create: collection });
  }
}

/** Puts the cursor ids of earlier steps into `getMore` and `killCursors`. */
function withCursors(command: Json, raw: Json, cursors: (Long | undefined)[]): Json {
  const id = (v: unknown): unknown =>
    isJson(v) && Object.hasOwn(v, '$cursor')
      ? (cursors[Number(plain(v['$cursor']))] ?? Long.fromString('123456789'))
      : v;
  if (raw['getMore'] !== undefined) command['getMore'] = id(command['getMore']);
  if (raw['killCursors'] !== undefined) {
    command['cursors'] = (command['cursors'] as unknown[]).map(id);
  }
  return command;
}
