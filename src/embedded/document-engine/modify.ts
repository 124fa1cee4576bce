import { ObjectId } from 'bson';
import { type Doc, encode } from './bson/codec';
import { compare } from './bson/compare';
import { type Collection, checkThere } from './catalog';
import type { Context } from './commands/context';
import { breathe } from './commands/read';
import { SLICE_MS } from './cooperate';
import { EngineError, immutableId } from './errors';
import { compileMatch, type Matcher } from './match';
import { docOf, Query, type Row, type View } from './query';
import type { Writer } from './store';
import { checkId, withId } from './update/upsert';

/** MongoDB's documented limit of nesting for stored documents. */
const MAX_DEPTH = 100;

export interface Target {
  filter: Doc;
  sort?: Doc | undefined;
  hint?: unknown;
}

const fixed = (writer: Writer, { engine }: Context): View => ({
  reader: () => writer,
  generation: () => 0,
  sequence: () => Number.POSITIVE_INFINITY,
  scans: engine.scans,
});

/**
 * Finds one document and works on it, inside a write task. `work` gets null where nothing matches.
 * @returns null where the search takes too long for a write task: nothing was done
 */
export function withOneNow<T>(
  context: Context,
  writer: Writer,
  collection: Collection,
  target: Target,
  work: (row: Row | null, matcher: Matcher) => T,
): { value: T } | null {
  const query = new Query(collection, { ...target, limit: 1 }, context.env, fixed(writer, context));
  const until = performance.now() + SLICE_MS / 2;
  const ready = query.prepareNow(until);
  const step = ready ? query.pull(1, until) : { rows: [], done: false };
  query.close();
  const [row] = step.rows;
  if (!row && !step.done) return null;
  return { value: work(row ?? null, query.matcher) };
}

/**
 * The same in a write task of its own. A search that takes long is made outside, and what it found
 * is checked again inside.
 */
export async function withOne<T>(
  context: Context,
  collection: Collection,
  target: Target,
  work: (writer: Writer, row: Row | null, matcher: Matcher) => T,
): Promise<T> {
  const { access, env } = context;
  const request = { ...target, limit: 1 };
  const inside = await access.write((writer) =>
    withOneNow(context, writer, collection, target, (row, matcher) => work(writer, row, matcher)),
  );
  if (inside) return inside.value;
  for (;;) {
    const row = await searchOutside(context, collection, request);
    const done = await access.write((writer): { value: T } | null => {
      const matcher = compileMatch(target.filter, env);
      if (!row) return { value: work(writer, null, matcher) };
      const now = current(context, writer, collection, row, matcher);
      return now ? { value: work(writer, now, matcher) } : null;
    });
    if (done) return done.value;
  }
}

async function searchOutside(
  context: Context,
  collection: Collection,
  request: Target & { limit: number },
): Promise<Row | undefined> {
  const query = new Query(collection, request, context.env, context.access);
  await query.prepare(() => breathe(context));
  for (;;) {
    const step = query.pull(1, performance.now() + SLICE_MS);
    if (step.done || step.rows.length > 0) {
      query.close();
      context.access.release();
      return step.rows[0];
    }
    await breathe(context);
  }
}

/** A row as it is now, or null where it is gone or matches no more. */
function current(
  context: Context,
  writer: Writer,
  collection: Collection,
  row: Row,
  matcher: Matcher,
): Row | null {
  const bytes = context.engine.documents.read(writer, collection, row.record);
  if (!bytes) return null;
  if (Buffer.compare(bytes, row.bytes) === 0) return { ...row, bytes };
  const now: Row = { record: row.record, bytes, doc: null };
  return matcher.test(docOf(now)) ? now : null;
}

/** Works on every document that matches; they are found first, so that no change is met again. */
export async function withEach(
  context: Context,
  collection: Collection,
  target: Target,
  work: (writer: Writer, row: Row, matcher: Matcher) => void,
): Promise<void> {
  const { access, env, engine } = context;
  const query = new Query(collection, target, env, access);
  const records: string[] = [];
  for (;;) {
    const step = query.pull(1000, performance.now() + SLICE_MS);
    for (const row of step.rows) records.push(row.record);
    if (step.done) break;
    await breathe(context);
  }
  access.release();
  let next = 0;
  while (next < records.length) {
    await access.write((writer) => {
      const until = performance.now() + SLICE_MS;
      while (next < records.length && performance.now() <= until) {
        const record = records[next] ?? '';
        const bytes = engine.documents.read(writer, collection, record);
        const row: Row | null = bytes ? { record, bytes, doc: null } : null;
        if (row && query.matcher.test(docOf(row))) work(writer, row, query.matcher);
        next++;
      }
    });
    if (next < records.length) await breathe(context);
  }
}

/** Puts a changed document in place of the one in `row`; `_id` stays as it is. */
export function replaceRow(
  context: Context,
  writer: Writer,
  collection: Collection,
  row: Row,
  changed: Doc,
): Uint8Array {
  if (!context.access.transaction) checkThere(collection);
  const before = docOf(row);
  if (compare(before['_id'], changed['_id']) !== 0) throw immutableId();
  checkDepth(changed);
  validate(context, collection, changed, before);
  const bytes = encode(changed);
  context.engine.documents.replace(writer, collection, row.record, before, changed, bytes);
  return bytes;
}

/** Stores a new document, with an `_id` and with it in front; `raw` is used as it is if it can be. */
export function insertDoc(
  context: Context,
  writer: Writer,
  collection: Collection,
  given: Doc,
  raw?: Uint8Array,
): Doc {
  // A transaction is told when it commits.
  if (!context.access.transaction) checkThere(collection);
  const first = Object.keys(given)[0];
  const doc = first === '_id' ? given : withId(given, () => new ObjectId());
  checkId(doc['_id']);
  checkDepth(doc);
  validate(context, collection, doc);
  const bytes = doc === given && raw ? raw : encode(doc);
  context.engine.documents.insert(writer, collection, doc, bytes);
  return doc;
}

/** 121 for a document that the collection's validator refuses. */
function validate(context: Context, collection: Collection, doc: Doc, before?: Doc): void {
  const { validator, options } = collection;
  if (validator === null || context.body['bypassDocumentValidation'] === true) return;
  if (validator.test(doc)) return;
  // At the level "moderate" a document that was already invalid may be changed.
  if (before && options['validationLevel'] === 'moderate' && !validator.test(before)) return;
  throw new EngineError(121, 'DocumentValidationFailure', 'Document failed validation', {
    errInfo: { failingDocumentId: doc['_id'] },
  });
}

function checkDepth(v: unknown, depth = 0): void {
  if (typeof v !== 'object' || v === null) return;
  if (depth > MAX_DEPTH)
    throw new EngineError(
      15,
      'Overflow',
      `cannot insert document because it exceeds ${MAX_DEPTH} levels of nesting`,
    );
  if (Array.isArray(v)) {
    for (const element of v) checkDepth(element, depth + 1);
  } else if (Object.getPrototypeOf(v) === Object.prototype) {
    for (const key of Object.keys(v)) checkDepth((v as Doc)[key], depth + 1);
  }
}
