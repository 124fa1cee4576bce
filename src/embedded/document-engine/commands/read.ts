import { Long } from 'bson';
import { type Doc, encode } from '../bson/codec';
import { keyOf } from '../bson/keystring';
import type { Collection } from '../catalog';
import { pause, SLICE_MS, Slice } from '../cooperate';
import { badValue, EngineError, failedToParse, notImplemented, typeMismatch } from '../errors';
import { valuesAt } from '../paths';
import { compileProjection } from '../project';
import { docOf, Query, type QueryRequest, type Row } from '../query';
import type { Reply } from '../wire';
import {
  arrayOf,
  boolOr,
  checkCollation,
  collectionName,
  countOf,
  docOr,
  isDoc,
  isNumber,
  knownFields,
  stringOf,
} from './arguments';
import { type Command, type Context, collectionNamed, reply, TooLongHere } from './context';

/** A batch stays under what a client takes in one message. */
export const BATCH_BYTES = 16 * 1024 * 1024;
const FIRST_BATCH = 101;

const FIND_FIELDS = [
  'find',
  'filter',
  'sort',
  'projection',
  'skip',
  'limit',
  'batchSize',
  'singleBatch',
  'hint',
  'collation',
  'allowDiskUse',
  'let',
  'noCursorTimeout',
  'allowPartialResults',
  'min',
  'max',
  'returnKey',
  'showRecordId',
  'tailable',
  'awaitData',
  'oplogReplay',
  'term',
];

/** What a find asks for, checked. */
export function findRequest(context: Context): QueryRequest {
  const { body } = context;
  knownFields(body, 'find', ...FIND_FIELDS);
  checkCollation(body);
  const tailable = boolOr(body, 'tailable', false);
  if (boolOr(body, 'awaitData', false) && !tailable)
    throw failedToParse("Cannot set 'awaitData' without also setting 'tailable'");
  if (tailable) throw badValue('tailable cursor requested on non capped collection');
  for (const left of ['min', 'max', 'returnKey', 'showRecordId'])
    if (body[left] !== undefined && body[left] !== false) throw notImplemented(`find with ${left}`);
  return {
    filter: docOr(body, 'filter', {}),
    sort: docOr(body, 'sort', {}),
    skip: countOf(body, 'skip'),
    limit: countOf(body, 'limit'),
    hint: hintOf(body['hint']),
  };
}

export function hintOf(v: unknown): unknown {
  if (v === undefined || v === null) return undefined;
  if (typeof v === 'string') return v;
  if (!isDoc(v)) throw failedToParse('Hint must be a string or an object');
  return Object.keys(v).length === 0 ? undefined : v;
}

async function find(context: Context): Promise<Reply> {
  const { body, engine, db, env, access } = context;
  const name = collectionName(context);
  const request = findRequest(context);
  const projection = docOr(body, 'projection', {});
  const batchSize = countOf(body, 'batchSize');
  const single = boolOr(body, 'singleBatch', false);
  const collection = collectionNamed(context, name);
  const shape = shaper(context, projection);
  const query = new Query(collection, request, env, access);
  const first = await readRows(context, query, batchSize ?? FIRST_BATCH, shape(query));
  const ns = `${db}.${name}`;
  if (first.done || single) {
    query.close();
    return cursorReply('firstBatch', first.docs, Long.ZERO, ns);
  }
  const id = engine.cursors.add({
    namespace: ns,
    session: context.session?.id ?? '',
    transaction: access.transaction,
    read: (most, bytes) => {
      query.checkAlive();
      return readRows(context, query, most, shape(query), bytes);
    },
    close: () => {
      query.close();
      access.release();
    },
  });
  return cursorReply('firstBatch', first.docs, id, ns);
}

export const cursorReply = (
  batch: 'firstBatch' | 'nextBatch',
  docs: Uint8Array[],
  id: unknown,
  ns: string,
): Reply => ({ fields: {}, cursor: { batch, docs, id, ns } });

/** How a row becomes what the client gets: untouched where there is no projection. */
function shaper(context: Context, projection: Doc): (q: Query) => (row: Row) => Uint8Array {
  if (Object.keys(projection).length === 0) return () => (row) => row.bytes;
  const project = compileProjection(projection, context.env);
  const positional = Object.keys(projection).some((key) => key.endsWith('.$'));
  return (query) => (row) => {
    const doc = docOf(row);
    const index = positional ? query.matcher.testPositional(doc).arrayIndex : null;
    return encode(project(doc, index));
  };
}

/** Rows until a batch is full, other clients being served meanwhile. */
async function readRows(
  context: Context,
  query: Query,
  most: number,
  shape: (row: Row) => Uint8Array,
  limitBytes = BATCH_BYTES,
): Promise<{ docs: Uint8Array[]; done: boolean }> {
  const docs: Uint8Array[] = [];
  let bytes = 0;
  if (most > 0) await query.prepare(() => breathe(context));
  for (;;) {
    // Ten documents at a time, so that a batch of large ones is not much over its limit.
    const wanted = Math.min(most - docs.length, bytes === 0 && docs.length === 0 ? 101 : 1000);
    const small = bytes > 0 && bytes / docs.length > 16_384 ? 1 : wanted;
    const slice = new Slice();
    const step = query.pull(small, slice.until);
    for (const row of step.rows) {
      const shaped = shape(row);
      docs.push(shaped);
      bytes += shaped.length;
      // Cutting fields out of a document may take longer than finding it.
      if ((docs.length & 15) === 0 && slice.over()) {
        await breathe(context);
        slice.renew();
      }
    }
    if (step.done || docs.length >= most || bytes >= limitBytes - 1_000_000) {
      context.access.release();
      return { docs, done: step.done };
    }
    await breathe(context);
  }
}

/** Lets others in; afterwards the time limit is looked at. */
export async function breathe(context: Context): Promise<void> {
  await pause();
  const { patience } = context;
  if (patience && --patience.slices < 0) throw new TooLongHere();
  if (Date.now() > context.deadline)
    throw new EngineError(50, 'MaxTimeMSExpired', 'operation exceeded time limit');
}

async function getMore(context: Context): Promise<Reply> {
  const { body, engine, db } = context;
  knownFields(
    body,
    'getMore',
    'getMore',
    'collection',
    'batchSize',
    'term',
    'lastKnownCommittedOpTime',
  );
  const id = body['getMore'];
  if (!isNumber(id)) throw typeMismatch('getMore needs a cursor id');
  const ns = `${db}.${stringOf(body, 'collection')}`;
  const batchSize = countOf(body, 'batchSize');
  const batch = await engine.cursors.more(
    String(id),
    (cursor) => {
      if (cursor.namespace !== ns)
        throw new EngineError(
          13,
          'Unauthorized',
          `Requested getMore on namespace '${ns}', but cursor belongs to a different namespace ${cursor.namespace}`,
        );
      if (cursor.session !== (context.session?.id ?? ''))
        throw new EngineError(13, 'Unauthorized', 'the cursor belongs to another session');
      if (cursor.transaction !== context.access.transaction)
        throw new EngineError(50738, 'Location50738', 'the cursor belongs to another transaction');
    },
    batchSize || Number.POSITIVE_INFINITY,
    BATCH_BYTES,
  );
  return cursorReply('nextBatch', batch.docs, batch.done ? Long.ZERO : id, ns);
}

function killCursors(context: Context): Reply {
  const ids = arrayOf(context.body, 'cursors');
  const killed: unknown[] = [];
  const unknown: unknown[] = [];
  for (const id of ids) (context.engine.cursors.kill(String(id)) ? killed : unknown).push(id);
  return reply({
    cursorsKilled: killed,
    cursorsNotFound: unknown,
    cursorsAlive: [],
    cursorsUnknown: [],
  });
}

async function count(context: Context): Promise<Reply> {
  const { body, engine, access, env } = context;
  knownFields(body, 'count', 'count', 'query', 'fields', 'skip', 'limit', 'hint', 'collation');
  checkCollation(body);
  const collection = collectionNamed(context, collectionName(context));
  const filter = docOr(body, 'query', {});
  const skip = countOf(body, 'skip') ?? 0;
  const limit = countOf({ limit: absolute(body['limit']) }, 'limit') || Number.POSITIVE_INFINITY;
  const plain = Object.keys(filter).length === 0 && body['hint'] === undefined;
  if (plain && collection && !access.transaction) {
    if (collection.count === undefined && context.patience && !engine.store.readOnly)
      await knowCount(context, collection);
    if (collection.count !== undefined)
      return reply({ n: Math.min(Math.max(0, collection.count - skip), limit) });
  }
  const request = { filter, hint: hintOf(body['hint']), skip, limit };
  return reply({ n: await countRows(context, new Query(collection, request, env, access)) });
}

/** How many documents a query gives; `whole`: they are fetched even where entries are enough. */
export async function countRows(context: Context, query: Query, whole = false): Promise<number> {
  await query.prepare(() => breathe(context));
  for (;;) {
    if (query.pull(1000, performance.now() + SLICE_MS, whole).done) return query.work.returned;
    await breathe(context);
  }
}

const COUNT_MS = 20;

/**
 * Counts inside a write task, where nothing can change meanwhile; afterwards the number is kept up.
 * A collection that is too large for that is counted each time.
 */
async function knowCount(context: Context, collection: Collection): Promise<void> {
  await context.access.write((writer) => {
    const until = performance.now() + COUNT_MS;
    const keys = writer.keys(collection.prefix, collection.end, false);
    let n = 0;
    for (let step = keys.next(); !step.done; step = keys.next()) {
      if ((++n & 255) === 0 && performance.now() > until) {
        keys.return?.();
        return;
      }
    }
    collection.count = n;
  });
}

const absolute = (v: unknown): unknown => (isNumber(v) ? Math.abs(Number(v)) : v);

async function distinct(context: Context): Promise<Reply> {
  const { body, access, env } = context;
  knownFields(body, 'distinct', 'distinct', 'key', 'query', 'collation', 'hint');
  checkCollation(body);
  const key = stringOf(body, 'key');
  const collection = collectionNamed(context, collectionName(context));
  const request = { filter: docOr(body, 'query', {}), hint: hintOf(body['hint']) };
  const query = new Query(collection, request, env, access);
  const values = new Map<string, unknown>();
  for (;;) {
    const step = query.pull(200, performance.now() + SLICE_MS);
    for (const row of step.rows)
      for (const value of valuesAt(docOf(row), key)) {
        const id = keyOf(value);
        if (!values.has(id)) values.set(id, value);
      }
    if (step.done) break;
    await breathe(context);
  }
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  return reply({ values: sorted });
}

export const READ_COMMANDS: Record<string, Command> = {
  find: { run: find, inTransaction: true, movable: true },
  getMore: { run: getMore, inTransaction: true },
  killCursors: { run: killCursors, inTransaction: true },
  count: { run: count, movable: true },
  distinct: { run: distinct, inTransaction: true, movable: true },
};
