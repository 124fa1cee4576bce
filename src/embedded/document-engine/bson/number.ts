import { type Decimal128, Double, Int32, Long } from 'bson';
import * as D from './decimal';
import { T, typeOf } from './types';

export const int = (n: number): Int32 => new Int32(n);
export const double = (n: number): Double => new Double(n);
export const long = (n: bigint): Long => Long.fromBigInt(n);

const INT_MIN = -2147483648;
const INT_MAX = 2147483647;
export const LONG_MIN = -(1n << 63n);
const LONG_MAX = (1n << 63n) - 1n;

const fitsInt = (n: number): boolean => n >= INT_MIN && n <= INT_MAX;
export const fitsLong = (n: bigint): boolean => n >= LONG_MIN && n <= LONG_MAX;

/** A whole number as an int where it fits, else as a long. */
export const whole = (n: number): Int32 | Long => (fitsInt(n) ? new Int32(n) : Long.fromNumber(n));

export const wholeBig = (n: bigint): Int32 | Long =>
  n >= -2147483648n && n <= 2147483647n ? new Int32(Number(n)) : long(n);

/** Any number as a double. */
export function toDouble(v: unknown): number {
  switch (typeOf(v)) {
    case T.int:
    case T.double:
      return typeof v === 'number' ? v : (v as Int32).value;
    case T.long:
      return typeof v === 'bigint' ? Number(v) : (v as Long).toNumber();
    case T.decimal:
      return D.toNumber(D.fromDecimal128(v as Decimal128));
    default:
      return Number((v as Int32).valueOf());
  }
}

/** An int or a long as a bigint. */
export function toBig(v: unknown): bigint {
  return v instanceof Long ? v.toBigInt() : BigInt((v as Int32).valueOf());
}

/** Any number as a decimal; a double by its 15 digits. */
export function toDec(v: unknown): D.Dec {
  switch (typeOf(v)) {
    case T.decimal:
      return D.fromDecimal128(v as Decimal128);
    case T.double:
      return D.fromDouble(toDouble(v));
    default:
      return D.dec(toBig(v));
  }
}

export const decimal = (d: D.Dec): Decimal128 => D.toDecimal128(d);

/** Compares two doubles; NaN is the least, and equals NaN. */
export const compareDoubles = (a: number, b: number): number => {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : 1;
};

function compareBigDouble(a: bigint, b: number): number {
  if (Number.isNaN(b)) return 1;
  // JavaScript compares a bigint with a number by their exact values.
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Compares two numbers of any types by their exact values; NaN is the least, and equals NaN. */
export function compareNumbers(a: unknown, b: unknown): number {
  const ta = typeOf(a);
  const tb = typeOf(b);
  if (ta === T.decimal || tb === T.decimal) {
    const exact = (v: unknown, t: number) =>
      t === T.double ? D.fromDoubleExact(toDouble(v)) : toDec(v);
    return D.compareDec(exact(a, ta), exact(b, tb));
  }
  if (ta === T.long) {
    const big = toBig(a);
    if (tb !== T.long) return compareBigDouble(big, toDouble(b));
    const other = toBig(b);
    return big < other ? -1 : big > other ? 1 : 0;
  }
  if (tb === T.long) return -compareBigDouble(toBig(b), toDouble(a));
  return compareDoubles(toDouble(a), toDouble(b));
}

/** A text that is the same for equal numbers of any types. */
export function numberKey(v: unknown): string {
  const t = typeOf(v);
  if (t === T.decimal) {
    const d = D.fromDecimal128(v as Decimal128);
    if (d.kind !== 0 || d.c === 0n) return String(D.toNumber(d) + 0);
    const n = D.toNumber(d);
    if (D.compareDec(D.fromDoubleExact(n), d) === 0) return numberKey(new Double(n));
    let { c, e } = d;
    while (c % 10n === 0n) {
      c /= 10n;
      e += 1;
    }
    return e >= 0 ? `${d.neg ? '-' : ''}${c * D.pow10(e)}` : `${d.neg ? '-' : ''}${c}e${e}`;
  }
  if (t === T.long) return String(toBig(v));
  const n = toDouble(v);
  return Number.isInteger(n) && Math.abs(n) > Number.MAX_SAFE_INTEGER
    ? String(BigInt(n))
    : String(n + 0);
}

type Op = 'add' | 'sub' | 'mul';

const onDoubles = (op: Op, x: number, y: number): number =>
  op === 'add' ? x + y : op === 'sub' ? x - y : x * y;

/**
 * Adds, subtracts or multiplies two numbers: the wider type wins, an int that overflows becomes a
 * long, a long that overflows becomes a double, or null where `strict` (an update refuses it).
 */
export function arith(op: Op, a: unknown, b: unknown, strict = false): unknown {
  const ta = typeOf(a);
  const tb = typeOf(b);
  if (ta === T.decimal || tb === T.decimal) {
    const x = toDec(a);
    const y = toDec(b);
    return decimal(op === 'mul' ? D.mul(x, y) : D.add(x, op === 'sub' ? D.negate(y) : y));
  }
  if (ta === T.double || tb === T.double) {
    return new Double(onDoubles(op, toDouble(a), toDouble(b)));
  }
  if (ta === T.int && tb === T.int) {
    const n = onDoubles(op, toDouble(a), toDouble(b));
    if (fitsInt(n)) return new Int32(n + 0);
    if (Number.isSafeInteger(n)) return Long.fromNumber(n);
  }
  const x = toBig(a);
  const y = toBig(b);
  const r = op === 'add' ? x + y : op === 'sub' ? x - y : x * y;
  if (fitsLong(r)) return ta === T.int && tb === T.int ? wholeBig(r) : long(r);
  return strict ? null : new Double(Number(r));
}

/** A number as a JavaScript integer where it is one exactly (within 2^53), else undefined. */
export function exactInteger(v: unknown): number | undefined {
  const t = typeOf(v);
  if (t !== T.int && t !== T.double && t !== T.long && t !== T.decimal) return undefined;
  const n = toDouble(v);
  return Number.isSafeInteger(n) ? n + 0 : undefined;
}

/** A whole number of 64 bits, as bit operators and `$mod` need it; undefined for anything else. */
export function exactLong(v: unknown): bigint | undefined {
  const t = typeOf(v);
  if (t === T.double && !Number.isInteger(toDouble(v))) return undefined;
  const d = t === T.decimal ? D.fromDecimal128(v as Decimal128) : undefined;
  if (d?.kind === 0 && D.compareDec(D.quantize(d, 0, 'trunc'), d) !== 0) return undefined;
  return truncatedLong(v);
}

/** A number cut to 64 bits, as `$mod` of a query does with doubles; undefined where it cannot be. */
export function truncatedLong(v: unknown): bigint | undefined {
  const t = typeOf(v);
  if (t === T.int || t === T.long) return toBig(v);
  if (t === T.double) {
    const n = Math.trunc(toDouble(v));
    if (!Number.isFinite(n)) return undefined;
    const big = BigInt(n);
    return fitsLong(big) ? big : undefined;
  }
  if (t !== T.decimal) return undefined;
  const d = D.fromDecimal128(v as Decimal128);
  if (d.kind !== 0 || d.e > 20) return undefined;
  const big = D.toBigInt(d);
  return fitsLong(big) ? big : undefined;
}
