import { Int32, Long } from 'bson';
import { PlainAccess } from '../access';
import { compilePipeline, type Pipeline } from '../aggregate';
import { type Doc, encode } from '../bson/codec';
import { EngineError, failedToParse, onlyFields } from '../errors';
import { Query, type QueryRequest } from '../query';
import type { Reply } from '../wire';
import {
  boolOr,
  checkCollation,
  checkName,
  countOf,
  docsOf,
  isDoc,
  isNumber,
  knownFields,
  requiredDoc,
} from './arguments';
import { type Command, type Context, collectionNamed } from './context';
import { explainAggregate } from './explain';
import { batchesOf, inputOf, nothing } from './pipeline-input';
import { BATCH_BYTES, countRows, cursorReply, hintOf } from './read';
import { sourceOf } from './source';

const FIELDS = [
  'aggregate',
  'pipeline',
  'cursor',
  'explain',
  'allowDiskUse',
  'bypassDocumentValidation',
  'collation',
  'hint',
  'let',
];

async function aggregate(context: Context): Promise<Reply> {
  const { body, db } = context;
  knownFields(body, 'aggregate', ...FIELDS);
  checkCollation(body);
  const target = body['aggregate'];
  const name = typeof target === 'string' ? target : '$cmd.aggregate';
  if (typeof target === 'string') checkName(db, target);
  else if (Number(target) !== 1)
    throw failedToParse(
      "Invalid command format: the 'aggregate' field must specify a collection name or 1",
    );
  const stages = docsOf(body, 'pipeline');
  const explain = boolOr(body, 'explain', false);
  if (!explain && body['cursor'] === undefined)
    throw failedToParse(
      "The 'cursor' option is required, except for aggregate with the explain argument",
    );
  if (stages.some((stage) => Object.hasOwn(stage, '$changeStream')))
    throw new EngineError(
      40573,
      'Location40573',
      'The $changeStream stage is only supported on replica sets',
    );
  const counting = explain ? null : countDocuments(stages);
  if (counting) return count(context, name, counting);
  const pipeline = compilePipeline(stages, context.env, sourceOf(context), name);
  const collectionless = stages.some((stage) => Object.hasOwn(stage, '$documents'));
  if ((typeof target === 'string') === collectionless)
    throw new EngineError(
      73,
      'InvalidNamespace',
      `{aggregate: 1} ${collectionless ? 'is needed for' : 'is only valid for'} a pipeline that begins with $documents`,
    );
  if (explain) return explainAggregate(context, name, pipeline, 'queryPlanner');
  const cursor = requiredDoc(body, 'cursor');
  onlyFields(cursor, 'cursor', 'batchSize');
  const batchSize = countOf(cursor, 'batchSize');
  const ns = `${db}.${name}`;
  // It cannot be begun twice, nor write from another thread.
  if (pipeline.writes) context.patience = null;
  if (pipeline.writes && context.access.transaction)
    throw new EngineError(
      263,
      'OperationNotSupportedInTransaction',
      'Aggregation stages that write cannot run within a multi-document transaction',
    );
  const reading = openPipeline(context, pipeline, name);
  const first = await reading.read(pipeline.writes ? 101 : (batchSize ?? 101), BATCH_BYTES);
  if (first.done) return cursorReply('firstBatch', first.docs, Long.ZERO, ns);
  const id = context.engine.cursors.add({
    namespace: ns,
    session: context.session?.id ?? '',
    transaction: context.access.transaction,
    read: (most, bytes) => {
      reading.checkAlive();
      return reading.read(most, bytes);
    },
    close: () => reading.close(),
  });
  return cursorReply('firstBatch', first.docs, id, ns);
}

/**
 * The pipeline that every driver sends for `countDocuments`: counting needs no document decoded
 * where an index answers the filter. Null for any other pipeline.
 */
function countDocuments(stages: Doc[]): QueryRequest | null {
  const rest = [...stages];
  const take = (name: string): unknown => {
    const first = rest[0];
    if (!first || !Object.hasOwn(first, name) || Object.keys(first).length !== 1) return undefined;
    rest.shift();
    return first[name];
  };
  const filter = take('$match') ?? {};
  const skip = take('$skip') ?? 0;
  const limit = take('$limit') ?? Number.MAX_SAFE_INTEGER;
  const group = take('$group');
  if (rest.length > 0 || !isDoc(group) || !isDoc(filter) || !isWhole(skip) || !isWhole(limit))
    return null;
  const shape = JSON.stringify(group, (_, v) => (isNumber(v) ? Number(v) : v));
  if (shape !== '{"_id":1,"n":{"$sum":1}}' || Number(limit) === 0) return null;
  return { filter, skip: Number(skip), limit: Number(limit) };
}

const isWhole = (v: unknown): boolean =>
  isNumber(v) && Number.isInteger(Number(v)) && Number(v) >= 0;

async function count(context: Context, name: string, request: QueryRequest): Promise<Reply> {
  const { db, env, access, body } = context;
  const collection = collectionNamed(context, name);
  const query = new Query(collection, { ...request, hint: hintOf(body['hint']) }, env, access);
  const n = await countRows(context, query);
  const docs = n === 0 ? [] : [encode({ _id: new Int32(1), n: new Int32(n) })];
  return cursorReply('firstBatch', docs, Long.ZERO, `${db}.${name}`);
}

/** A pipeline at work, read in batches; what is left of one is kept for the next. */
function openPipeline(context: Context, pipeline: Pipeline, name: string) {
  // The pipeline outlives the command: it has a view of its own.
  const access = context.access.transaction
    ? context.access
    : new PlainAccess(context.engine.store, context.engine.scans, context.deadline);
  const own = { ...context, access };
  const query = inputOf(own, pipeline, name);
  const output = pipeline.run(query ? batchesOf(own, query) : nothing())[Symbol.asyncIterator]();
  let rest: Doc[] = [];
  let at = 0;
  let ended = false;
  const close = () => {
    query?.close();
    access.release();
    if (!ended) void output.return?.();
    ended = true;
  };
  const read = async (most: number, limitBytes: number) => {
    const docs: Uint8Array[] = [];
    let bytes = 0;
    try {
      while (docs.length < most && bytes < limitBytes - 1_000_000) {
        if (at >= rest.length) {
          if (ended) break;
          const step = await output.next();
          if (step.done) {
            ended = true;
            break;
          }
          rest = step.value;
          at = 0;
          continue;
        }
        const doc = encode(rest[at++] as Doc);
        if (doc.length > BATCH_BYTES)
          throw new EngineError(
            10334,
            'BSONObjectTooLarge',
            'a document of the result is over 16 MB',
          );
        docs.push(doc);
        bytes += doc.length;
      }
      // One more look, so that a full last batch is not followed by an empty one.
      if (!ended && at >= rest.length && docs.length > 0) {
        const step = await output.next();
        if (step.done) ended = true;
        else {
          rest = step.value;
          at = 0;
        }
      }
    } catch (error) {
      close();
      throw error;
    }
    const done = ended && at >= rest.length;
    if (done) close();
    else access.release();
    return { docs, done };
  };
  return { read, close, checkAlive: () => query?.checkAlive() };
}

export const AGGREGATE_COMMANDS: Record<string, Command> = {
  aggregate: { run: aggregate, inTransaction: true, movable: true },
};
