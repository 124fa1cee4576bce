import { Long } from 'bson';
import { type Batches, compilePipeline, type Pipeline } from '../aggregate';
import type { Doc } from '../bson/codec';
import { badValue, EngineError } from '../errors';
import type { Access, IndexScan } from '../planner';
import { Query, type QueryRequest } from '../query';
import type { Reply } from '../wire';
import { docOr, docsOf, requiredDoc } from './arguments';
import { type Command, type Context, collectionNamed, reply } from './context';
import { VERSION } from './handshake';
import { batchesOf, inputOf, nothing } from './pipeline-input';
import { countRows, findRequest, hintOf } from './read';
import { sourceOf } from './source';

function indexStage({ index, reverse, bounds }: IndexScan): Doc {
  return {
    stage: 'IXSCAN',
    keyPattern: index.spec.key,
    indexName: index.spec.name,
    isMultiKey: index.multikey.size > 0,
    multiKeyPaths: Object.fromEntries(
      index.fields.map((field, i) => [field.path, index.multikey.has(i) ? [field.path] : []]),
    ),
    isUnique: index.unique,
    isSparse: index.sparse,
    isPartial: index.partial !== null,
    indexVersion: 2,
    direction: reverse ? 'backward' : 'forward',
    indexBounds: Object.fromEntries(
      index.fields.map((field, i) => [
        field.path,
        bounds[i]?.map((interval) => interval.shown()) ?? [],
      ]),
    ),
  };
}

function accessStage(access: Access, filter: Doc): Doc {
  const filtered = Object.keys(filter).length > 0 ? { filter } : {};
  switch (access.kind) {
    case 'nothing':
      return { stage: 'EOF' };
    case 'collection':
      return { stage: 'COLLSCAN', ...filtered, direction: access.reverse ? 'backward' : 'forward' };
    case 'index':
      return { stage: 'FETCH', ...(access.exact ? {} : filtered), inputStage: indexStage(access) };
    case 'or':
      return {
        stage: 'FETCH',
        ...filtered,
        inputStage: { stage: 'OR', inputStages: access.branches.map(indexStage) },
      };
  }
}

function winningPlan(query: Query, request: QueryRequest, projection: Doc): Doc {
  let stage = accessStage(query.plan.access, request.filter);
  if (query.sorter)
    stage = {
      stage: 'SORT',
      sortPattern: request.sort ?? {},
      memLimit: 104857600,
      inputStage: stage,
    };
  if (request.skip) stage = { stage: 'SKIP', skipAmount: request.skip, inputStage: stage };
  if (request.limit) stage = { stage: 'LIMIT', limitAmount: request.limit, inputStage: stage };
  if (Object.keys(projection).length > 0)
    stage = { stage: 'PROJECTION_DEFAULT', transformBy: projection, inputStage: stage };
  return stage;
}

function plannerOf(context: Context, name: string, query: Query, request: QueryRequest, by: Doc) {
  return {
    namespace: `${context.db}.${name}`,
    parsedQuery: request.filter,
    indexFilterSet: false,
    winningPlan: winningPlan(query, request, by),
    rejectedPlans: [],
  };
}

const statsOf = ({ work }: Query, plan: Doc, ms: number): Doc => ({
  executionSuccess: true,
  nReturned: work.returned,
  executionTimeMillis: Math.round(ms),
  totalKeysExamined: work.keysExamined,
  totalDocsExamined: work.docsExamined,
  executionStages: { ...plan, nReturned: work.returned },
});

/** Plans a query and, unless only the plan is wanted, runs it to count what it reads. */
async function explainQuery(
  context: Context,
  name: string,
  query: Query,
  request: QueryRequest,
  verbosity: string,
  projection: Doc = {},
): Promise<Doc> {
  const queryPlanner = plannerOf(context, name, query, request, projection);
  const fields: Doc = { explainVersion: '1', queryPlanner };
  if (verbosity !== 'queryPlanner') {
    const start = performance.now();
    await countRows(context, query, true);
    fields['executionStats'] = statsOf(query, queryPlanner.winningPlan, performance.now() - start);
  }
  query.close();
  return fields;
}

const serverInfo = ({ engine }: Context): Doc => ({
  host: engine.address,
  port: 0,
  version: VERSION,
  gitVersion: 'embedded',
});

async function explain(context: Context): Promise<Reply> {
  const command = requiredDoc(context.body, 'explain');
  const verbosity = context.body['verbosity'] ?? 'allPlansExecution';
  if (!['queryPlanner', 'executionStats', 'allPlansExecution'].includes(String(verbosity)))
    throw badValue(`explain with verbosity ${String(verbosity)}`);
  const name = Object.keys(command)[0] ?? '';
  const inner: Context = { ...context, name, body: command };
  const target = String(command[name]);
  if (name === 'aggregate') {
    const pipeline = compilePipeline(
      docsOf(command, 'pipeline'),
      context.env,
      sourceOf(inner),
      target,
    );
    return explainAggregate(inner, target, pipeline, String(verbosity));
  }
  const { request, projection } = requestOf(inner);
  const collection = collectionNamed(inner, target);
  const query = new Query(collection, request, context.env, context.access);
  const fields = await explainQuery(inner, target, query, request, String(verbosity), projection);
  return reply({ ...fields, command, serverInfo: serverInfo(context) });
}

/** The query inside any command that has one. */
function requestOf(context: Context): { request: QueryRequest; projection?: Doc } {
  const { name, body } = context;
  switch (name) {
    case 'find':
      return { request: findRequest(context), projection: docOr(body, 'projection', {}) };
    case 'count':
    case 'distinct':
      return { request: { filter: docOr(body, 'query', {}), hint: hintOf(body['hint']) } };
    case 'findAndModify':
    case 'findandmodify':
      return {
        request: { filter: docOr(body, 'query', {}), sort: docOr(body, 'sort', {}), limit: 1 },
      };
    case 'update':
    case 'delete': {
      const [first = {}] = docsOf(body, `${name}s`);
      return { request: { filter: docOr(first, 'q', {}), hint: hintOf(first['hint']) } };
    }
    default:
      throw new EngineError(
        59,
        'CommandNotFound',
        `Explain failed due to unknown command: ${name}`,
      );
  }
}

/** A stage at work, counted: what it has let through, and the time since its first document. */
interface Counted {
  returned: number;
  ms: number;
}

async function* counted(output: Batches, count: Counted): Batches {
  const start = performance.now();
  for await (const batch of output) {
    count.returned += batch.length;
    count.ms = performance.now() - start;
    yield batch;
  }
  count.ms = performance.now() - start;
}

/** `$cursor` with the query that serves the head of a pipeline, then each further stage. */
export async function explainAggregate(
  context: Context,
  name: string,
  pipeline: Pipeline,
  verbosity: string,
): Promise<Reply> {
  const query = inputOf(context, pipeline, name);
  const command = { aggregate: name, pipeline: context.body['pipeline'], cursor: {} };
  const tail = { command, serverInfo: serverInfo(context) };
  const request: QueryRequest = { ...pipeline.leading, filter: pipeline.leading.filter ?? {} };
  if (query && pipeline.stages.length === 0)
    return reply({ ...(await explainQuery(context, name, query, request, verbosity)), ...tail });
  const counts = pipeline.stages.map((): Counted => ({ returned: 0, ms: 0 }));
  const source: Counted = { returned: 0, ms: 0 };
  const stages: Doc[] = pipeline.stages.map(({ op, spec }) => ({
    [op]: op === '$sort' ? { sortKey: spec } : spec,
  }));
  const $cursor: Doc = query ? { queryPlanner: plannerOf(context, name, query, request, {}) } : {};
  if (query) stages.unshift({ $cursor });
  if (verbosity !== 'queryPlanner') {
    // What a pipeline would write is not written for an explanation.
    const read = pipeline.writes ? pipeline.stages.slice(0, -1) : pipeline.stages;
    const output = read.reduce(
      (input, stage, i) => counted(stage.run(input), counts[i] as Counted),
      counted(query ? batchesOf(context, query) : nothing(), source),
    );
    for await (const _ of output);
    if (query) {
      const plan = ($cursor['queryPlanner'] as Doc)['winningPlan'] as Doc;
      $cursor['executionStats'] = statsOf(query, plan, source.ms);
      counts.unshift(source);
    }
    for (const [i, stage] of stages.entries()) addCounts(stage, counts[i] as Counted);
  }
  query?.close();
  return reply({ explainVersion: '1', stages, ...tail });
}

function addCounts(stage: Doc, { returned, ms }: Counted): void {
  stage['nReturned'] = Long.fromNumber(returned);
  stage['executionTimeMillisEstimate'] = Long.fromNumber(Math.round(ms));
}

export const EXPLAIN_COMMANDS: Record<string, Command> = {
  explain: { run: explain },
};
