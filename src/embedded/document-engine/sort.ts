import type { Doc } from './bson/codec';
import { compare } from './bson/compare';
import { toDouble } from './bson/number';
import { isNumber, isObject, own } from './bson/types';
import { badValue, location, notImplemented } from './errors';
import { keyTuples } from './paths';

export interface Sorter {
  compare(a: Doc, b: Doc): number;
  /** The sort key of a document: for an array the least (1) or the greatest (-1) element. */
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
  const n = toDouble(v);
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
    return { compare: () => 0, key: () => [], compareKeys: () => 0 };
  }
  const order = names.map((name) => {
    const way = direction(spec[name]);
    checkFieldPath(name);
    return way;
  });
  const paths = names.map((name) => name.split('.'));
  const parallel = () => badValue('cannot sort with keys that are parallel arrays');
  const compareKeys = (a: unknown[], b: unknown[]): number => {
    for (let i = 0; i < order.length; i++) {
      const c = compare(a[i], b[i]);
      if (c !== 0) return order[i] === 1 ? c : -c;
    }
    return 0;
  };
  // As in MongoDB, a sort by `_id` alone takes an array for one value: no stored `_id` is one.
  if (names.length === 1 && names[0] === '_id') {
    const idOf = (doc: Doc) => [own(doc, '_id') ?? null];
    return { key: idOf, compareKeys, compare: (a, b) => compareKeys(idOf(a), idOf(b)) };
  }
  const key = (doc: Doc): unknown[] => {
    const tuples = keyTuples(doc, paths, parallel);
    let best = tuples[0] as unknown[];
    for (let i = 1; i < tuples.length; i++) {
      const tuple = tuples[i] as unknown[];
      if (compareKeys(tuple, best) < 0) best = tuple;
    }
    return best;
  };
  return { key, compareKeys, compare: (a, b) => compareKeys(key(a), key(b)) };
}
