import type { Binary, BSONRegExp, Code, ObjectId, Timestamp } from 'bson';
import { type Doc, nameOf } from './doc';
import { compareDoubles, compareNumbers, numberKey, toDouble } from './number';
import { T, typeNameOf, typeOf } from './types';

/** The place of each type in BSON's order; types in one place are compared by value. */
const ORDER: Record<number, number> = {
  [T.minKey]: -1,
  [T.missing]: 0,
  [T.undefined]: 0,
  [T.null]: 5,
  [T.int]: 10,
  [T.double]: 10,
  [T.long]: 10,
  [T.decimal]: 10,
  [T.string]: 15,
  [T.symbol]: 15,
  [T.object]: 20,
  [T.array]: 25,
  [T.binData]: 30,
  [T.objectId]: 35,
  [T.bool]: 40,
  [T.date]: 45,
  [T.timestamp]: 47,
  [T.regex]: 50,
  [T.dbPointer]: 55,
  [T.javascript]: 60,
  [T.javascriptWithScope]: 65,
  [T.maxKey]: 127,
};

// Indexed from -1 (minKey) on, so that a look-up costs no hashing.
const PLACES = Int16Array.from({ length: 129 }, (_, i) => ORDER[i - 1] ?? 0);

/** The class of types that a value is compared within; comparison operators stay inside one. */
export const orderOf = (v: unknown): number => PLACES[typeOf(v) + 1] as number;

/** Compares two texts by code points, as their UTF-8 bytes compare. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x !== y) {
      // Surrogates stand for code points above U+FFFF, but their units lie below U+E000.
      if (x >= 0xd800 && y >= 0xd800) {
        if (x < 0xe000) x += 0x10000;
        if (y < 0xe000) y += 0x10000;
      }
      return x < y ? -1 : 1;
    }
  }
  return a.length < b.length ? -1 : 1;
}

function compareArrays(a: unknown[], b: unknown[]): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const c = compare(a[i], b[i]);
    if (c !== 0) return c;
  }
  return a.length - b.length;
}

/** Field by field: the type first, then the name, then the value. */
function compareObjects(a: Doc, b: Doc): number {
  const ka = Object.keys(a);
  const kb = Object.keys(b);
  const n = Math.min(ka.length, kb.length);
  for (let i = 0; i < n; i++) {
    const x = ka[i] as string;
    const y = kb[i] as string;
    const t = orderOf(a[x]) - orderOf(b[y]);
    if (t !== 0) return t;
    const c = compareStrings(nameOf(x), nameOf(y)) || compare(a[x], b[y]);
    if (c !== 0) return c;
  }
  return ka.length - kb.length;
}

const compareBinary = (a: Binary, b: Binary): number =>
  a.position - b.position ||
  a.sub_type - b.sub_type ||
  Buffer.compare(a.buffer.subarray(0, a.position), b.buffer.subarray(0, b.position));

const compareTimestamps = (a: Timestamp, b: Timestamp): number =>
  (a.high >>> 0) - (b.high >>> 0) || (a.low >>> 0) - (b.low >>> 0);

const text = (v: unknown): string => (typeof v === 'string' ? v : String((v as object).valueOf()));

/** The total order of BSON values; `undefined` stands for a missing field and comes before null. */
export function compare(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  const ta = typeOf(a);
  const tb = typeOf(b);
  if ((ta === T.int || ta === T.double) && (tb === T.int || tb === T.double)) {
    return compareDoubles(toDouble(a), toDouble(b));
  }
  const oa = PLACES[ta + 1] as number;
  const ob = PLACES[tb + 1] as number;
  if (oa !== ob) return oa < ob ? -1 : 1;
  switch (oa) {
    case 10:
      return compareNumbers(a, b);
    case 15:
      return compareStrings(text(a), text(b));
    case 20:
      return compareObjects(a as Doc, b as Doc);
    case 25:
      return compareArrays(a as unknown[], b as unknown[]);
    case 30:
      return compareBinary(a as Binary, b as Binary);
    case 35:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case 40:
      return Number(a) - Number(b);
    case 45:
      return (a as Date).getTime() - (b as Date).getTime();
    case 47:
      return compareTimestamps(a as Timestamp, b as Timestamp);
    case 50: {
      const x = a as BSONRegExp;
      const y = b as BSONRegExp;
      return compareStrings(x.pattern, y.pattern) || compareStrings(x.options, y.options);
    }
    case 60:
    case 65: {
      const x = a as Code;
      const y = b as Code;
      return compareStrings(x.code, y.code) || compare(x.scope ?? undefined, y.scope ?? undefined);
    }
    default:
      return 0;
  }
}

export const equal = (a: unknown, b: unknown): boolean => compare(a, b) === 0;

/** MongoDB's name of a value's type, as `$type` gives it; "missing" for `undefined`. */
export const typeName = (v: unknown): string => typeNameOf(typeOf(v));

/** A text that two values share exactly when they are equal: the key of groups and sets. */
export function hashKey(v: unknown): string {
  if (typeof v === 'string') return `s${v.length}:${v}`;
  const order = orderOf(v);
  switch (order) {
    case 10:
      return `n${numberKey(v)};`;
    case 15:
      return hashKey(text(v));
    case 20: {
      let key = '{';
      for (const k of Object.keys(v as Doc)) key += hashKey(k) + hashKey((v as Doc)[k]);
      return `${key}}`;
    }
    case 25:
      return `[${(v as unknown[]).map(hashKey).join('')}]`;
    case 30: {
      const b = v as Binary;
      return `b${b.sub_type}:${Buffer.from(b.buffer.subarray(0, b.position)).toString('hex')};`;
    }
    case 35:
      return `o${(v as ObjectId).toHexString()}`;
    case 45:
      return `d${(v as Date).getTime()};`;
    case 47:
      return `t${(v as Timestamp).high >>> 0},${(v as Timestamp).low >>> 0};`;
    case 50:
      return `r${hashKey((v as BSONRegExp).pattern)}${(v as BSONRegExp).options};`;
    case 60:
    case 65:
      return `c${hashKey((v as Code).code)}${hashKey((v as Code).scope ?? undefined)}`;
    default:
      return `${order}${order === 40 ? String(v) : ''};`;
  }
}

/** Whether two values are the same in type and content, fields in the same order. */
export function identical(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const t = typeOf(a);
  if (t !== typeOf(b)) return false;
  if (t === T.array) {
    const x = a as unknown[];
    const y = b as unknown[];
    return x.length === y.length && x.every((v, i) => identical(v, y[i]));
  }
  if (t === T.object) {
    const x = a as Doc;
    const y = b as Doc;
    const kx = Object.keys(x);
    const ky = Object.keys(y);
    return kx.length === ky.length && kx.every((k, i) => k === ky[i] && identical(x[k], y[k]));
  }
  if (t === T.decimal) return String(a) === String(b);
  if (t === T.double) return Object.is(Number(a), Number(b));
  return compare(a, b) === 0;
}
