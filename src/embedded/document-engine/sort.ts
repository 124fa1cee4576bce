import { type Doc, nameOf, own } from './bson/codec';
import { compare, orderOf } from './bson/compare';
import { compareDoubles, toDouble } from './bson/number';
import { isNumber, isObject, T, typeOf } from './bson/types';
import { badValue, location, notImplemented } from './errors';
import { keyTuples, partsOf } from './paths';

export interface Sorter {
  compare(a: Doc, b: Doc): number;
  /** The values that a document is sorted by: of an array the least (1) or the greatest (-1). */
  values(doc: Doc): unknown[];
  /** The same, made ready for `compareKeys`. */
  key(doc: Doc): unknown[];
  compareKeys(a: unknown[], b: unknown[]): number;
}

const MAX_KEYS = 32;

function direction(v: unknown): 1 | -1 {
  if (isObject(v)) {
    if (Object.hasOwn(v, '$meta')) throw notImplemented(`$meta: ${String(v['$meta'])}`);
    throw location(17312, '$meta is the only expression supported by $sort right now');
  }
  if (!isNumber(v)) throw location(15974, 'Illegal key in $sort specification: must be a number');
  // What stands behind the point does not count.
  const n = Math.trunc(toDouble(v));
  if (n !== 1 && n !== -1) {
    throw location(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
  }
  return n;
}

/** Refuses what cannot be a field path; aggregation and sort share the codes. */
export function checkFieldPath(path: string): void {
  if (path === '') throw location(40352, 'FieldPath cannot be constructed with empty string');
  if (path.endsWith('.')) throw location(40353, "FieldPath must not end with a '.'.");
  for (const part of path.split('.')) {
    if (part === '') throw location(15998, 'FieldPath field names may not be empty strings.');
    if (part.startsWith('$') && !['$id', '$ref', '$db'].includes(part)) {
      throw location(
        16410,
        `Invalid $sort field path: field names may not start with '$': ${path}`,
      );
    }
    if (part.includes('\0')) throw location(16411, 'FieldPath field names may not contain null');
  }
}

/** Compiles a sort specification such as `{ a: 1, 'b.c': -1 }`. */
export function compileSort(spec: Doc): Sorter {
  const names = Object.keys(spec);
  if (names.length > MAX_KEYS) throw location(13103, 'too many compound keys');
  if (names.includes('$natural')) {
    if (names.length > 1)
      throw badValue('$natural sort cannot be set to a value other than -1 or 1.');
    direction(spec['$natural']);
    return { compare: () => 0, values: () => [], key: () => [], compareKeys: () => 0 };
  }
  const order = names.map((name) => {
    const way = direction(spec[name]);
    checkFieldPath(nameOf(name));
    return way;
  });
  const paths = names.map(partsOf);
  const parallel = () => badValue('cannot sort with keys that are parallel arrays');
  const compareKeys = (a: unknown[], b: unknown[]): number => {
    for (let i = 0; i < order.length; i++) {
      const c = comparePlaces(a, b, i * 2);
      if (c !== 0) return order[i] === 1 ? c : -c;
    }
    return 0;
  };
  // As in MongoDB, a sort by `_id` alone takes an array for one value: no stored `_id` is one.
  const onlyId = names.length === 1 && names[0] === '_id';
  const values = (doc: Doc): unknown[] => {
    if (onlyId) return [own(doc, '_id') ?? null];
    const tuples = keyTuples(doc, paths, parallel);
    if (tuples.length === 1) return tuples[0] as unknown[];
    const keyed = tuples.map((tuple) => ({ tuple, key: placesOf(tuple) }));
    return keyed.reduce((best, next) => (compareKeys(next.key, best.key) < 0 ? next : best)).tuple;
  };
  const key = (doc: Doc): unknown[] => placesOf(values(doc));
  return { values, key, compareKeys, compare: (a, b) => compareKeys(key(a), key(b)) };
}

/**
 * A tuple made ready for many comparisons: for each value its class of types, and the value itself,
 * a number or a text of JavaScript where that says the same.
 */
function placesOf(tuple: unknown[]): unknown[] {
  const key = new Array<unknown>(tuple.length * 2);
  for (let i = 0; i < tuple.length; i++) {
    const v = tuple[i];
    const t = typeOf(v);
    key[i * 2] = orderOf(v);
    key[i * 2 + 1] =
      t === T.int || t === T.double ? toDouble(v) : t === T.date ? (v as Date).getTime() : v;
  }
  return key;
}

function comparePlaces(a: unknown[], b: unknown[], at: number): number {
  const classes = (a[at] as number) - (b[at] as number);
  if (classes !== 0) return classes;
  const x = a[at + 1];
  const y = b[at + 1];
  return typeof x === 'number' && typeof y === 'number' ? compareDoubles(x, y) : compare(x, y);
}
