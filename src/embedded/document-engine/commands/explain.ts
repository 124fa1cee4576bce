import type { Pipeline } from '../aggregate';
import { compilePipeline } from '../aggregate';
import type { Doc } from '../bson/codec';
import { SLICE_MS } from '../cooperate';
import { badValue, EngineError } from '../errors';
import type { Access, IndexScan } from '../planner';
import { Query, type QueryRequest } from '../query';
import type { Reply } from '../wire';
import { docOr, docsOf, requiredDoc } from './arguments';
import { type Command, type Context, reply, using } from './context';
import { VERSION } from './handshake';
import { inputOf } from './pipeline-input';
import { breathe, findRequest, hintOf } from './read';
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

/** Plans a query and, unless only the plan is wanted, runs it to count what it reads. */
async function explainQuery(
  context: Context,
  name: string,
  query: Query,
  request: QueryRequest,
  verbosity: string,
  projection: Doc = {},
): Promise<Doc> {
  const plan = winningPlan(query, request, projection);
  const fields: Doc = {
    explainVersion: '1',
    queryPlanner: {
      namespace: `${context.db}.${name}`,
      parsedQuery: request.filter,
      indexFilterSet: false,
      winningPlan: plan,
      rejectedPlans: [],
    },
  };
  if (verbosity !== 'queryPlanner') {
    const start = performance.now();
    await query.prepare(() => breathe(context));
    while (!query.pull(1000, performance.now() + SLICE_MS).done) await breathe(context);
    const { keysExamined, docsExamined, returned } = query.work;
    fields['executionStats'] = {
      executionSuccess: true,
      nReturned: returned,
      executionTimeMillis: Math.round(performance.now() - start),
      totalKeysExamined: keysExamined,
      totalDocsExamined: docsExamined,
      executionStages: { ...plan, nReturned: returned },
    };
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
  const collection = using(inner, context.engine.catalog.find(context.db, target));
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

/** The first source of a pipeline explained, its further stages named. */
export async function explainAggregate(
  context: Context,
  name: string,
  pipeline: Pipeline,
  verbosity: string,
): Promise<Reply> {
  const query = inputOf(context, pipeline, name);
  const command = { aggregate: name, pipeline: context.body['pipeline'], cursor: {} };
  const tail = { command, serverInfo: serverInfo(context) };
  if (!query) return reply({ explainVersion: '1', stages: context.body['pipeline'], ...tail });
  const request: QueryRequest = { ...pipeline.leading, filter: pipeline.leading.filter ?? {} };
  const fields = await explainQuery(context, name, query, request, verbosity);
  return reply({ ...fields, ...tail });
}

export const EXPLAIN_COMMANDS: Record<string, Command> = {
  explain: { run: explain },
};
