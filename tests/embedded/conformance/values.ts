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
} from 'mongodb';

export type Json = Record<string, unknown>;

export const isJson = (v: unknown): v is Json =>
  v !== null && typeof v === 'object' && !Array.isArray(v);

/** Sets a field of any name, `__proto__` too. */
export function put(target: Json, key: string, value: unknown): Json {
  return Object.defineProperty(target, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

export const mapFields = (from: Json, fn: (v: unknown) => unknown): Json => {
  const out: Json = {};
  for (const k of Object.keys(from)) put(out, k, fn(from[k]));
  return out;
};

const double = (s: string): number =>
  s === 'Infinity'
    ? Number.POSITIVE_INFINITY
    : s === '-Infinity'
      ? Number.NEGATIVE_INFINITY
      : Number(s);

// biome-ignore lint/suspicious/noExplicitAny: the shape of a wrapper is known by its only key
const READERS: Record<string, (x: any) => unknown> = {
  $oid: (x) => new ObjectId(x),
  $numberInt: (x) => new Int32(Number(x)),
  $numberLong: (x) => Long.fromString(x),
  $numberDouble: (x) => new Double(double(x)),
  $numberDecimal: (x) => Decimal128.fromString(x),
  $date: (x) => new Date(Number(x.$numberLong)),
  $binary: (x) => new Binary(Buffer.from(x.base64, 'base64'), Number.parseInt(x.subType, 16)),
  $regularExpression: (x) => new BSONRegExp(x.pattern, x.options),
  $timestamp: (x) => new Timestamp({ t: x.t, i: x.i }),
  $minKey: () => new MinKey(),
  $maxKey: () => new MaxKey(),
  $code: (x) => new Code(x),
  $symbol: (x) => new BSONSymbol(x),
};

/** Reads canonical EJSON; only the canonical wrappers count, so that `{ $regex }` stays an operator. */
export function read(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(read);
  if (!isJson(v)) return v;
  const [key, ...more] = Object.keys(v);
  const wrapper = key !== undefined && more.length === 0 && Object.hasOwn(READERS, key);
  const reader = wrapper ? READERS[key] : undefined;
  const x = key === undefined ? undefined : v[key];
  const fits =
    key === '$minKey' ||
    key === '$maxKey' ||
    typeof x === 'string' ||
    (isJson(x) && key !== '$oid');
  return reader && fits ? reader(x) : mapFields(v, read);
}

const doubleText = (n: number): string => {
  if (Object.is(n, -0)) return '-0.0';
  return Number.isInteger(n) && Math.abs(n) < 1e21 ? n.toFixed(1) : String(n);
};

const isInt = (n: number): boolean =>
  Number.isInteger(n) && !Object.is(n, -0) && n >= -2147483648 && n <= 2147483647;

/** Writes a value of a reply as canonical EJSON. */
export function write(v: unknown): unknown {
  if (v === null || v === undefined) return null;
  if (typeof v === 'number') {
    return isInt(v) ? { $numberInt: String(v) } : { $numberDouble: doubleText(v) };
  }
  if (typeof v === 'bigint') return { $numberLong: String(v) };
  if (Array.isArray(v)) return v.map(write);
  if (typeof v !== 'object') return v;
  if (v instanceof Date) return { $date: { $numberLong: String(v.getTime()) } };
  if (v instanceof ObjectId) return { $oid: v.toHexString() };
  if (v instanceof Int32) return { $numberInt: String(v.valueOf()) };
  if (v instanceof Double) return { $numberDouble: doubleText(v.valueOf()) };
  if (v instanceof Timestamp) return { $timestamp: { t: v.high >>> 0, i: v.low >>> 0 } };
  if (v instanceof Long) return { $numberLong: v.toString() };
  if (v instanceof Decimal128) return { $numberDecimal: v.toString() };
  if (v instanceof Binary) {
    const base64 = Buffer.from(v.buffer.subarray(0, v.position)).toString('base64');
    return { $binary: { base64, subType: v.sub_type.toString(16).padStart(2, '0') } };
  }
  if (v instanceof MinKey) return { $minKey: 1 };
  if (v instanceof MaxKey) return { $maxKey: 1 };
  if (v instanceof BSONRegExp) {
    return { $regularExpression: { pattern: v.pattern, options: v.options } };
  }
  if (v instanceof Code) return { $code: String(v.code) };
  if (v instanceof BSONSymbol) return { $symbol: v.valueOf() };
  return mapFields(v as Json, write);
}

/** A number of any type as JavaScript's. */
export const plain = (v: unknown): unknown =>
  v === null || v === undefined || typeof v !== 'object' ? v : Number(v.valueOf());
