import type { Doc } from '../../bson/codec';
import { isNullish, isObject } from '../../bson/types';
import { failedToParse, location, onlyFields } from '../../errors';
import { batches, gather, type MakeStage } from '../types';
import { graphLookup, lookup, put } from './lookup';

const unionWith: MakeStage = (spec, context, op) => {
  const options: Doc = isObject(spec) ? spec : { coll: spec };
  onlyFields(options, op, 'coll', 'db', 'pipeline');
  const { coll, db } = options;
  if (!isNullish(coll) && typeof coll !== 'string')
    throw failedToParse(`${op} 'coll' must be a string`);
  if (typeof spec !== 'string' && !isObject(spec))
    throw failedToParse(`the ${op} stage specification must be an object or string`);
  const pipeline = context.compile(options['pipeline'] ?? [], context.env, 'sub');
  if (typeof coll !== 'string' && pipeline.readsCollection) {
    throw failedToParse(`${op} needs 'coll' or a pipeline that starts with $documents`);
  }
  return async function* (input) {
    yield* input;
    const query = {
      ...pipeline.leading,
      db: typeof db === 'string' ? db : undefined,
      env: context.env,
    };
    yield* pipeline.run(
      typeof coll === 'string' && pipeline.readsCollection
        ? context.source.find(coll, query)
        : batches([]),
    );
  };
};

const facet: MakeStage = (spec, context) => {
  if (!isObject(spec)) throw location(40169, 'the $facet specification must be a non-empty object');
  const names = Object.keys(spec);
  if (names.length === 0)
    throw location(40169, 'the $facet specification must be a non-empty object');
  const parts = names.map((name) => {
    if (name.startsWith('$') || name.includes('.'))
      throw location(40170, `Facet name '${name}' is not allowed`);
    if (!Array.isArray(spec[name]))
      throw location(40170, `arguments to $facet must be arrays, ${name} is not`);
    const stages = spec[name] as Doc[];
    // The documents are at hand: nothing is left to the planner.
    const pipeline = context.compile(
      [{ $_internalInhibitOptimization: {} }, ...stages],
      context.env,
      'facet',
    );
    return { name, pipeline };
  });
  return async function* (input) {
    const docs = await gather(input, context.slice);
    let out: Doc = {};
    for (const { name, pipeline } of parts) {
      out = put(out, [name], await gather(pipeline.run(batches(docs)), context.slice));
    }
    yield [out];
  };
};

export const JOIN_STAGES: Record<string, MakeStage> = {
  $lookup: lookup,
  $graphLookup: graphLookup,
  $unionWith: unionWith,
  $facet: facet,
};
