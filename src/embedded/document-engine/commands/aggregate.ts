import { Long } from 'bson';
import { type Batches, compilePipeline, type Pipeline } from '../aggregate';
import { type Doc, encode } from '../bson/codec';
import { PlainAccess } from '../access';
import { SLICE_MS } from '../cooperate';
import { EngineError, failedToParse } from '../errors';
import { docOf, Query } from '../query';
import type { Reply } from '../wire';
import { boolOr, checkCollation, checkName, countOf, docsOf, knownFields, requiredDoc } from './arguments';
import { type Command, type Context, using } from './context';
import { BATCH_BYTES, breathe, cursorReply, hintOf } from './read';
import { explainAggregate } from './explain';
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
  else if (Number(target) !== 1) throw failedToParse("Invalid command format: the 'aggregate' field must specify a collection name or 1");
  const stages = docsOf(body, 'pipeline');
  const explain = boolOr(body, 'explain', false);
  if (!explain && body['cursor'] === undefined)
    throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
  if (stages.some((stage) => Object.hasOwn(stage, '$changeStream')))
    throw new EngineError(40573, 'Location40573', 'The $changeStream stage is only supported on replica sets');
  const pipeline = compilePipeline(stages, context.env, sourceOf(context));
  if (explain) return explainAggregate(context, name, pipeline, 'queryPlanner');
  const batchSize = countOf(requiredDoc(body, 'cursor'), 'batchSize');
  const ns = `${db}.${name}`;
  const reading = openPipeline(context, pipeline, name);
  const first = await reading.read(pipeline.writes ? 101 : (batchSize ?? 101), BATCH_BYTES);
  if (first.done) return cursorReply('firstBatch', first.docs, Long.ZERO, ns);
  const id = context.engine.cursors.add({
    namespace: ns,
    session: context.session?.id ?? '',
    transaction: context.access.transaction,
    read: (most, bytes) => reading.read(most, bytes),
    close: () => reading.close(),
  });
  return cursorReply('firstBatch', first.docs, id, ns);
}

/** The documents that a pipeline begins with, its leading stages served by an index. */
export function inputOf(context: Context, pipeline: Pipeline, name: string): Query | null {
  if (!pipeline.readsCollection) return null;
  const collection = using(context, context.engine.catalog.find(context.db, name));
  const { filter, sort, skip, limit } = pipeline.leading;
  const request = { filter: filter ?? {}, sort, skip, limit, hint: hintOf(context.body['hint']) };
  return new Query(collection, request, context.env, context.access);
}

export async function* batchesOf(context: Context, query: Query): Batches {
  await query.prepare();
  for (;;) {
    const step = query.pull(500, performance.now() + SLICE_MS);
    if (step.rows.length > 0) yield step.rows.map(docOf);
    if (step.done) return;
    await breathe(context);
  }
}

async function* nothing(): Batches {}

/** A pipeline at work, read in batches; what is left of one is kept for the next. */
function openPipeline(context: Context, pipeline: Pipeline, name: string) {
  // The pipeline outlives the command: it has a view of its own.
  const access = context.access.transaction
    ? context.access
    : new PlainAccess(context.engine.store, context.deadline);
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
          throw new EngineError(10334, 'BSONObjectTooLarge', 'a document of the result is over 16 MB');
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
  return { read, close };
}

export const AGGREGATE_COMMANDS: Record<string, Command> = {
  aggregate: { run: aggregate, inTransaction: true },
};

