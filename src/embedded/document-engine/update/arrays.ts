import type { Doc } from '../bson/codec';
import { compare, equal, hashKey } from '../bson/compare';
import { exactInteger, toDouble } from '../bson/number';
import { isNumber, isObject } from '../bson/types';
import type { Env } from '../env';
import { badValue, failedToParse, typeMismatch } from '../errors';
import { compileFilter, isOperatorDoc } from '../match/compile';
import { isRegexValue } from '../match/regex';
import { compileSort } from '../sort';
import { integerOption, type MakeLeaf } from './fields';
import { KEEP, type Leaf } from './tree';

const leaf = (apply: Leaf['apply']): Leaf => ({ kind: 'leaf', apply });

function arrayAt(old: unknown, path: string, op: string): unknown[] {
  if (old === undefined) return [];
  if (!Array.isArray(old)) {
    throw badValue(`The field '${path}' must be an array but is not, for ${op}`);
  }
  return old;
}

/** The items of `$each`, or the one item that stands without it. */
function eachOf(arg: unknown, op: string): unknown[] {
  if (!isObject(arg) || !Object.hasOwn(arg, '$each')) return [arg];
  const each = arg['$each'];
  if (!Array.isArray(each)) throw badValue(`The argument to $each in ${op} must be an array`);
  return each;
}

function sorterOf(spec: unknown): (a: unknown, b: unknown) => number {
  if (isNumber(spec)) {
    const way = toDouble(spec);
    if (way !== 1 && way !== -1) throw badValue('The $sort element value must be either 1 or -1');
    return (a, b) => compare(a, b) * way;
  }
  if (!isObject(spec))
    throw badValue('The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1}');
  const keys = Object.keys(spec);
  if (keys.length === 0)
    throw badValue('The $sort pattern is empty when it should be a set of fields.');
  for (const k of keys) {
    const n = isNumber(spec[k]) ? toDouble(spec[k]) : Number.NaN;
    if (n !== 1 && n !== -1) throw badValue('The $sort element value must be either 1 or -1');
    if (k === '' || k.split('.').includes(''))
      throw badValue('FieldPath in $sort must not be empty');
  }
  const sorter = compileSort(spec);
  // What is not a document sorts as one without the fields.
  return (a, b) => sorter.compare(isObject(a) ? a : {}, isObject(b) ? b : {});
}

const PUSH_OPTIONS = new Set(['$each', '$slice', '$sort', '$position']);

const push: MakeLeaf = (arg, path) => {
  const items = eachOf(arg, '$push');
  const modified = isObject(arg) && Object.hasOwn(arg, '$each');
  const options: Doc = modified ? arg : {};
  for (const k of Object.keys(options)) {
    if (!PUSH_OPTIONS.has(k)) throw badValue(`Unrecognized clause in $push: ${k}`);
  }
  const has = (k: string) => Object.hasOwn(options, k);
  const slice = has('$slice') ? integerOption(options['$slice'], '$slice') : undefined;
  const position = has('$position') ? integerOption(options['$position'], '$position') : undefined;
  const order = has('$sort') ? sorterOf(options['$sort']) : undefined;
  return leaf((old) => {
    const before = arrayAt(old, path, '$push');
    let at = position ?? before.length;
    if (at < 0) at = Math.max(0, before.length + at);
    let out = [...before.slice(0, at), ...items, ...before.slice(at)];
    if (order) out.sort(order);
    if (slice !== undefined) out = slice < 0 ? out.slice(slice) : out.slice(0, slice);
    const same =
      old !== undefined && out.length === before.length && out.every((v, i) => v === before[i]);
    return same ? KEEP : out;
  });
};

const addToSet: MakeLeaf = (arg, path) => {
  if (isObject(arg) && Object.hasOwn(arg, '$each') && !Array.isArray(arg['$each'])) {
    throw typeMismatch('The argument to $each in $addToSet must be an array');
  }
  if (isObject(arg) && Object.hasOwn(arg, '$each') && Object.keys(arg).length > 1) {
    throw badValue('Found unexpected fields after $each in $addToSet');
  }
  const items = eachOf(arg, '$addToSet');
  return leaf((old) => {
    const before = arrayAt(old, path, '$addToSet');
    const seen = new Set(before.map(hashKey));
    const added = items.filter((item) => {
      const key = hashKey(item);
      return !seen.has(key) && seen.add(key);
    });
    return added.length === 0 && old !== undefined ? KEEP : [...before, ...added];
  });
};

const pop: MakeLeaf = (arg, path) => {
  const n = exactInteger(arg);
  if (n !== 1 && n !== -1) throw failedToParse(`$pop expects 1 or -1, found: ${String(arg)}`);
  return leaf((old) => {
    if (old === undefined) return KEEP;
    if (!Array.isArray(old))
      throw typeMismatch(`Path '${path}' contains an element of non-array type`);
    if (old.length === 0) return KEEP;
    return n === 1 ? old.slice(0, -1) : old.slice(1);
  });
};

const without = (
  old: unknown,
  path: string,
  op: string,
  gone: (v: unknown) => boolean,
): unknown => {
  if (old === undefined) return KEEP;
  const before = arrayAt(old, path, op);
  const out = before.filter((v) => !gone(v));
  return out.length === before.length ? KEEP : out;
};

function pullTest(arg: unknown, env: Env): (v: unknown) => boolean {
  if (isObject(arg) && !isOperatorDoc(arg)) {
    const predicate = compileFilter(arg, env);
    return (v) => isObject(v) && predicate(v, null);
  }
  if (isOperatorDoc(arg) || isRegexValue(arg)) {
    if (isObject(arg) && /^\$(and|or|nor|expr)$/.test(Object.keys(arg)[0] ?? '')) {
      const predicate = compileFilter(arg, env);
      return (v) => isObject(v) && predicate(v, null);
    }
    // The condition is about each element as if it were a field, so that arrays inside are walked.
    const predicate = compileFilter({ '': arg }, env);
    return (v) => predicate({ '': v }, null);
  }
  return (v) => equal(v, arg);
}

const pull: MakeLeaf = (arg, path, env) => {
  const gone = pullTest(arg, env);
  return leaf((old) => without(old, path, '$pull', gone));
};

const pullAll: MakeLeaf = (arg, path) => {
  if (!Array.isArray(arg)) throw badValue('$pullAll requires an array argument');
  const keys = new Set(arg.map(hashKey));
  return leaf((old) => without(old, path, '$pullAll', (v) => keys.has(hashKey(v))));
};

export const ARRAY_OPERATORS: Record<string, MakeLeaf> = {
  $push: push,
  $addToSet: addToSet,
  $pop: pop,
  $pull: pull,
  $pullAll: pullAll,
};
