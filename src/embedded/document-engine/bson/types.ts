import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson';
import type { Doc } from './codec';

/** BSON's type numbers; 0 stands for a missing value (`undefined`). */
export const T = {
  missing: 0,
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
} as const;

const NAMES: Record<number, string> = Object.fromEntries(
  Object.entries(T).map(([name, code]) => [code, name]),
);

// By prototype and not by `_bsontype`, which a stored document may carry as a field of its own.
const BY_PROTOTYPE = new Map<unknown, number>([
  [Object.prototype, T.object],
  [Array.prototype, T.array],
  [Int32.prototype, T.int],
  [Double.prototype, T.double],
  [Long.prototype, T.long],
  [Decimal128.prototype, T.decimal],
  [ObjectId.prototype, T.objectId],
  [Date.prototype, T.date],
  [Binary.prototype, T.binData],
  [UUID.prototype, T.binData],
  [BSONRegExp.prototype, T.regex],
  [Timestamp.prototype, T.timestamp],
  [Code.prototype, T.javascript],
  [BSONSymbol.prototype, T.symbol],
  [MinKey.prototype, T.minKey],
  [MaxKey.prototype, T.maxKey],
]);

/** The BSON type number of a decoded value. */
export function typeOf(v: unknown): number {
  if (typeof v === 'string') return T.string;
  if (v === null) return T.null;
  if (typeof v === 'object') {
    const p = Object.getPrototypeOf(v);
    if (p === Object.prototype) return T.object;
    if (p === Int32.prototype) return T.int;
    if (p === Double.prototype) return T.double;
    if (p === ObjectId.prototype) return T.objectId;
    if (p === Date.prototype) return T.date;
    if (p === Array.prototype) return T.array;
    const known = BY_PROTOTYPE.get(p);
    if (known === T.javascript) return (v as Code).scope ? T.javascriptWithScope : known;
    return known ?? T.object;
  }
  if (typeof v === 'boolean') return T.bool;
  if (v === undefined) return T.missing;
  // Plain numbers do not come from a decoded document; the engine's own filters may hold them.
  if (typeof v === 'bigint') return T.long;
  return typeof v === 'number' && Number.isInteger(v) && Math.abs(v) < 2 ** 31 ? T.int : T.double;
}

export const typeNameOf = (code: number): string => NAMES[code] ?? 'unknown';

/** The type number for a name as `$type` takes it, `number` excepted. */
export const typeCodeOf = (name: string): number | undefined =>
  name !== 'missing' && Object.hasOwn(T, name) ? T[name as keyof typeof T] : undefined;

export const isKnownTypeCode = (code: number): boolean =>
  code !== 0 && Object.hasOwn(NAMES, String(code));

export function isObject(v: unknown): v is Doc {
  return typeOf(v) === T.object;
}

export function isNumber(v: unknown): boolean {
  const t = typeOf(v);
  return t === T.int || t === T.double || t === T.long || t === T.decimal;
}

export const isNullish = (v: unknown): v is null | undefined => v === null || v === undefined;
