import { type Doc, own, removeOwn, setOwn } from '../../bson/codec';
import { exactInteger, long, whole } from '../../bson/number';
import { isNullish, isNumber, isObject } from '../../bson/types';
import { location } from '../../errors';
import { compileMatch } from '../../match';
import { copyDoc, setPath } from '../../paths';
import { checkFieldPath, compileSort } from '../../sort';
import { insertSorted } from '../accumulators';
import { withVars } from '../expressions/common';
import { compileExpression } from '../expressions/index';
import { sortDocs } from '../sorting';
import { compileTransform } from '../transforms';
import { BATCH, batches, eachBatch, gather, type MakeStage, type Stage } from '../types';

const match: MakeStage = (spec, context) => {
  if (!isObject(spec)) throw location(15959, 'the match filter must be an expression in an object');
  const matcher = compileMatch(spec, context.env);
  return eachBatch(context, (batch) => batch.filter((doc) => matcher.test(doc)));
};

const transform: MakeStage = (spec, context, op) => {
  const fn = compileTransform(op, spec, context.env) as (doc: Doc) => Doc;
  return eachBatch(context, (batch) => batch.map(fn));
};

/** The most documents that are kept sorted while they come in. */
const TOP_LIMIT = 2000;

/** `$sort`, with the `$limit` that follows it where there is one. */
const sort: MakeStage = (spec, { slice }) => {
  const pair = isObject(spec) && Object.hasOwn(spec, '$sort') && Object.hasOwn(spec, '$limit');
  const by = pair ? spec['$sort'] : spec;
  if (!isObject(by)) throw location(15973, 'the $sort key specification must be an object');
  if (Object.keys(by).length === 0)
    throw location(15976, '$sort stage must have at least one sort key');
  const sorter = compileSort(by);
  const limit = pair ? limitOf(spec['$limit']) : Number.POSITIVE_INFINITY;
  return async function* (input) {
    if (limit > TOP_LIMIT) {
      yield* batches((await sortDocs(await gather(input, slice), sorter, slice)).slice(0, limit));
      return;
    }
    const top: { key: unknown[]; doc: Doc }[] = [];
    for await (const batch of input) {
      for (const doc of batch) {
        insertSorted(
          top,
          { key: sorter.key(doc), doc },
          (a, b) => sorter.compareKeys(a.key, b.key),
          limit,
        );
      }
      if (slice.over()) await slice.next();
    }
    yield* batches(top.map(({ doc }) => doc));
  };
};

function limitOf(v: unknown): number {
  const n = isNumber(v) ? exactInteger(v) : undefined;
  if (n === undefined || n < 0)
    throw location(5107201, 'invalid argument to $limit stage: Expected a non-negative number');
  if (n === 0) throw location(15958, 'the limit must be positive');
  return n;
}

const limit: MakeStage = (spec) => {
  const most = limitOf(spec);
  return async function* (input) {
    let left = most;
    for await (const batch of input) {
      yield left < batch.length ? batch.slice(0, left) : batch;
      left -= batch.length;
      if (left <= 0) return;
    }
  };
};

const skip: MakeStage = (spec) => {
  const n = isNumber(spec) ? exactInteger(spec) : undefined;
  if (n === undefined || n < 0)
    throw location(5107200, 'invalid argument to $skip stage: Expected a non-negative number');
  return async function* (input) {
    let left = n;
    for await (const batch of input) {
      if (left < batch.length) yield left > 0 ? batch.slice(left) : batch;
      left = Math.max(0, left - batch.length);
    }
  };
};

const unwind: MakeStage = (spec, context) => {
  const options: Doc = isObject(spec) ? spec : { path: spec };
  for (const k of Object.keys(options)) {
    if (!['path', 'includeArrayIndex', 'preserveNullAndEmptyArrays'].includes(k)) {
      throw location(28811, `unrecognized option to $unwind stage: ${k}`);
    }
  }
  const { path, includeArrayIndex: index, preserveNullAndEmptyArrays: keep = false } = options;
  if (path === undefined) throw location(28812, 'no path specified to $unwind stage');
  if (typeof path !== 'string')
    throw location(28808, 'expected a string as the path for $unwind stage');
  if (!path.startsWith('$') || path.length < 2)
    throw location(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  if (typeof keep !== 'boolean')
    throw location(28809, 'expected a boolean for the preserveNullAndEmptyArrays option');
  if (index !== undefined && (typeof index !== 'string' || index === ''))
    throw location(28810, 'expected a non-empty string for the includeArrayIndex option');
  if (typeof index === 'string' && index.startsWith('$'))
    throw location(
      28822,
      "includeArrayIndex option to $unwind stage should not be prefixed with a '$'",
    );
  checkFieldPath(path.slice(1));
  const parts = path.slice(1).split('.');
  const indexParts = typeof index === 'string' ? index.split('.') : undefined;
  const put = (doc: Doc, v: unknown, i: number | null): Doc => {
    const out = withPath(doc, parts, v);
    if (!indexParts) return out;
    const copy = deepPath(out, indexParts);
    setPath(copy, indexParts, i === null ? null : long(BigInt(i)));
    return copy;
  };
  function* unwound(doc: Doc): Generator<Doc> {
    let v: unknown = doc;
    for (const part of parts) v = isObject(v) ? own(v, part) : undefined;
    if (Array.isArray(v) && v.length > 0)
      for (let i = 0; i < v.length; i++) yield put(doc, v[i], i);
    else if (!Array.isArray(v) && !isNullish(v)) yield put(doc, v, null);
    else if (keep) yield put(doc, Array.isArray(v) ? undefined : v, null);
  }
  return async function* (input) {
    for await (const batch of input) {
      let out: Doc[] = [];
      for (const doc of batch) {
        for (const one of unwound(doc)) {
          out.push(one);
          if (out.length < BATCH) continue;
          yield out;
          out = [];
          if (context.slice.over()) await context.slice.next();
        }
      }
      if (out.length > 0) yield out;
      if (context.slice.over()) await context.slice.next();
    }
  };
};

/** A copy of a document in which a path through objects has another value, or none (undefined). */
function withPath(doc: Doc, parts: string[], v: unknown): Doc {
  const [head = '', ...rest] = parts;
  const old = own(doc, head);
  if (rest.length === 0 ? old === v : !isObject(old)) return doc;
  const out = copyDoc(doc);
  if (rest.length > 0) setOwn(out, head, withPath(old as Doc, rest, v));
  else if (v === undefined) removeOwn(out, head);
  else setOwn(out, head, v);
  return out;
}

/** A copy of a document and of the objects along a path, so that the path may be set in it. */
export function deepPath(doc: Doc, parts: string[]): Doc {
  const out = copyDoc(doc);
  const [head = '', ...rest] = parts;
  const inner = own(out, head);
  if (rest.length > 0 && isObject(inner)) setOwn(out, head, deepPath(inner, rest));
  return out;
}

const count: MakeStage = (spec, { slice }) => {
  if (typeof spec !== 'string') throw location(40156, 'the count field must be a string');
  if (spec === '') throw location(40157, 'the count field must be a non-empty string');
  if (spec.startsWith('$')) throw location(40158, 'the count field cannot be a $-prefixed path');
  if (spec.includes('.') || spec.includes('\0'))
    throw location(40160, "the count field cannot contain '.'");
  return async function* (input) {
    let n = 0;
    for await (const batch of input) {
      n += batch.length;
      if (slice.over()) await slice.next();
    }
    const doc: Doc = {};
    setOwn(doc, spec, whole(n));
    if (n > 0) yield [doc];
  };
};

const sample: MakeStage = (spec, { slice }) => {
  if (!isObject(spec)) throw location(28745, 'the $sample stage specification must be an object');
  const odd = Object.keys(spec).find((k) => k !== 'size');
  if (odd !== undefined) throw location(28748, `unrecognized option to $sample: ${odd}`);
  const n = isNumber(spec['size']) ? exactInteger(spec['size']) : undefined;
  if (!Object.hasOwn(spec, 'size')) throw location(28749, '$sample stage must specify a size');
  if (n === undefined) throw location(28746, 'size argument to $sample must be a number');
  if (n <= 0) throw location(28747, 'size argument to $sample must be a positive integer');
  return async function* (input) {
    // Each document has the same chance to be among the n that are kept.
    const kept: Doc[] = [];
    let seen = 0;
    for await (const batch of input) {
      for (const doc of batch) {
        seen += 1;
        if (kept.length < n) kept.push(doc);
        else {
          const i = Math.floor(Math.random() * seen);
          if (i < n) kept[i] = doc;
        }
      }
      if (slice.over()) await slice.next();
    }
    yield* batches(kept);
  };
};

const redact: MakeStage = (spec, context) => {
  const current = { value: undefined as unknown };
  const words = {
    KEEP: { value: 'keep' },
    PRUNE: { value: 'prune' },
    DESCEND: { value: 'descend' },
  };
  const evaluate = compileExpression(spec, withVars(context.env, { ...words, CURRENT: current }));
  const visit = (root: Doc, doc: Doc): Doc | undefined => {
    current.value = doc;
    const word = evaluate(root);
    if (word === 'prune') return undefined;
    if (word === 'keep') return doc;
    if (word !== 'descend')
      throw location(17053, '$redact must return $$KEEP, $$PRUNE or $$DESCEND');
    const out: Doc = {};
    for (const k of Object.keys(doc)) {
      const v = inside(root, doc[k]);
      if (v !== undefined) setOwn(out, k, v);
    }
    return out;
  };
  const inside = (root: Doc, v: unknown): unknown => {
    if (Array.isArray(v)) return v.map((item) => inside(root, item)).filter((x) => x !== undefined);
    return isObject(v) ? visit(root, v) : v;
  };
  return eachBatch(context, (batch) =>
    batch.map((doc) => visit(doc, doc)).filter((doc) => doc !== undefined),
  );
};

/** A stage that makes its own documents. */
const from =
  (make: () => Doc[]): Stage =>
  () =>
    batches(make());

const documents: MakeStage = (spec, { env }) => {
  const evaluate = compileExpression(spec, env);
  return from(() => {
    const list = evaluate({});
    if (!isDocs(list)) {
      throw location(5858203, '$documents must be an array of objects');
    }
    return list;
  });
};

const isDocs = (v: unknown): v is Doc[] => Array.isArray(v) && v.every(isObject);

const collStats: MakeStage = (spec, { source, collection }) => {
  if (!isObject(spec)) throw location(40167, '$collStats must take a nested object');
  return from(() => [source.collStats(collection, spec)]);
};

const indexStats: MakeStage = (spec, { source, collection }) => {
  if (!isObject(spec) || Object.keys(spec).length > 0) {
    throw location(28803, 'The $indexStats stage specification must be an empty object');
  }
  return from(() => source.indexStats(collection));
};

export const BASIC_STAGES: Record<string, MakeStage> = {
  $match: match,
  $project: transform,
  $addFields: transform,
  $set: transform,
  $unset: transform,
  $replaceRoot: transform,
  $replaceWith: transform,
  $sort: sort,
  $limit: limit,
  $skip: skip,
  $unwind: unwind,
  $count: count,
  $sample: sample,
  $redact: redact,
  $documents: documents,
  $collStats: collStats,
  $indexStats: indexStats,
  $_internalInhibitOptimization: () => (input) => input,
};
