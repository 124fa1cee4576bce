import type { Doc } from '../bson/codec';
import { exactInteger } from '../bson/number';
import { isNumber, isObject } from '../bson/types';
import { Slice } from '../cooperate';
import type { Env } from '../env';
import { location, notImplemented, typeMismatch } from '../errors';
import { compileMatch } from '../match';
import { compileSort } from '../sort';
import { STAGES } from './stages';
import { stageOf } from './transforms';
import type {
  Batches,
  Leading,
  NamedStage,
  Pipeline,
  Place,
  Source,
  Stage,
  StageContext,
} from './types';

export type { Batches, Find, Leading, NamedStage, Pipeline, Source } from './types';

/** The stages that make their own documents. */
const SOURCES = new Set(['$documents', '$collStats', '$indexStats']);
const NOT_IN_FACET = new Set(['$facet', '$out', '$merge', '$geoNear', ...SOURCES]);
const LAST = new Set(['$out', '$merge']);
const MAX_STAGES = 1000;
const MAX_DEPTH = 20;

/** Compiles a pipeline; throws an EngineError for a bad one. */
export function compilePipeline(
  stages: Doc[],
  env: Env,
  source: Source,
  collection = '',
): Pipeline {
  return compileAt(stages, env, source, collection, 'top', 0, new Slice());
}

function compileAt(
  stages: unknown,
  env: Env,
  source: Source,
  collection: string,
  place: Place,
  depth: number,
  slice: Slice,
): Pipeline {
  if (!Array.isArray(stages)) throw typeMismatch('A pipeline must be an array');
  if (stages.length > MAX_STAGES)
    throw location(7749501, `Pipeline length must be no longer than ${MAX_STAGES} stages`);
  if (depth > MAX_DEPTH) throw location(5107200, 'Maximum number of nested sub-pipelines exceeded');
  const list = stages.map(stageOf);
  for (let i = 0; i < list.length; i++) checkPlace(list[i]?.[0] ?? '', i, list.length, place);
  const context: StageContext = {
    env,
    source,
    collection,
    slice,
    compile: (inner, innerEnv, where) =>
      compileAt(inner, innerEnv, source, collection, where, depth + 1, slice),
  };
  const { leading, taken } = takeLeading(list, env);
  const made = list.slice(taken).map(([op, spec], i): NamedStage => {
    const next = list[taken + i + 1];
    const limited = op === '$sort' && next?.[0] === '$limit';
    const asked = limited ? { $sort: spec, $limit: next[1] } : spec;
    return { op, spec, run: make(op, asked, context) };
  });
  const first = list[0]?.[0];
  return {
    leading,
    readsCollection: first === undefined || !SOURCES.has(first),
    writes: LAST.has(list[list.length - 1]?.[0] ?? ''),
    stages: made,
    run: (input: Batches) => made.reduce((from, stage) => stage.run(from), input),
  };
}

function make(op: string, spec: unknown, context: StageContext): Stage {
  const maker = STAGES.get(op);
  if (!maker) throw notImplemented(op);
  return maker(spec, context, op);
}

function checkPlace(op: string, i: number, count: number, place: Place): void {
  if (place === 'facet' && NOT_IN_FACET.has(op)) {
    throw location(40600, `${op} is not allowed to be used within a $facet stage`);
  }
  if (LAST.has(op)) {
    if (place !== 'top') throw location(51047, `${op} is not allowed within a sub-pipeline`);
    if (i !== count - 1) throw location(40601, `${op} can only be the final stage in the pipeline`);
  }
  if (SOURCES.has(op) && i > 0) {
    throw location(40602, `${op} is only valid as the first stage in a pipeline`);
  }
}

const whole = (v: unknown): number => (isNumber(v) ? (exactInteger(v) ?? -1) : -1);

/** Takes the `$match`, `$sort`, `$skip` and `$limit` at the head; what is wrong in them is refused. */
function takeLeading(list: [string, unknown][], env: Env): { leading: Leading; taken: number } {
  const leading: Leading = {};
  const filters: Doc[] = [];
  let taken = 0;
  for (const [op, spec] of list) {
    const cut = leading.skip !== undefined || leading.limit !== undefined;
    if (op === '$match' && isObject(spec) && !cut) {
      compileMatch(spec, env);
      if (Object.keys(spec).length > 0) filters.push(spec);
    } else if (op === '$sort' && isObject(spec) && !cut && !leading.sort) {
      // An empty one is refused by the stage itself.
      if (Object.keys(spec).length === 0) break;
      compileSort(spec);
      leading.sort = spec;
    } else if (op === '$skip' && !cut && whole(spec) >= 0) leading.skip = whole(spec);
    else if (op === '$limit' && leading.limit === undefined && whole(spec) > 0)
      leading.limit = whole(spec);
    else break;
    taken += 1;
  }
  if (filters.length > 0)
    leading.filter = filters.length === 1 ? (filters[0] as Doc) : { $and: filters };
  return { leading, taken };
}
