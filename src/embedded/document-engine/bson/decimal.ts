import { Decimal128 } from 'bson';

/**
 * A decimal number taken apart: `c` × 10^`e`, negative where `neg`; `kind` is 0 for a finite
 * number, 1 for an infinity, 2 for NaN. The arithmetic follows IEEE 754-2008 decimal128: 34 digits,
 * half to even.
 */
export interface Dec {
  neg: boolean;
  c: bigint;
  e: number;
  kind: 0 | 1 | 2;
}

const BIAS = 6176;
const E_MIN = -6176;
const E_MAX = 6111;
const DIGITS = 34;
const LIMIT = 10n ** 34n;

export const NAN: Dec = { neg: false, c: 0n, e: 0, kind: 2 };
export const inf = (neg: boolean): Dec => ({ neg, c: 0n, e: 0, kind: 1 });
export const dec = (c: bigint, e = 0): Dec => ({ neg: c < 0n, c: c < 0n ? -c : c, e, kind: 0 });

export const pow10 = (n: number): bigint => 10n ** BigInt(n);
const digits = (c: bigint): number => (c === 0n ? 1 : c.toString().length);

export function fromDecimal128(d: Decimal128): Dec {
  const view = new DataView(d.bytes.buffer, d.bytes.byteOffset, 16);
  const low = view.getBigUint64(0, true);
  const high = view.getBigUint64(8, true);
  const neg = high >> 63n === 1n;
  const top = Number((high >> 58n) & 31n);
  if (top === 31) return NAN;
  if (top === 30) return inf(neg);
  // The second form of the exponent only holds coefficients of more than 34 digits: they count as 0.
  if (top >> 3 === 3) return { neg, c: 0n, e: Number((high >> 47n) & 0x3fffn) - BIAS, kind: 0 };
  const c = ((high & ((1n << 49n) - 1n)) << 64n) | low;
  return { neg, c: c < LIMIT ? c : 0n, e: Number((high >> 49n) & 0x3fffn) - BIAS, kind: 0 };
}

export function toDecimal128(d: Dec): Decimal128 {
  const r = d.kind === 0 ? round34(d) : d;
  let high: bigint;
  let low = 0n;
  if (r.kind === 2) high = 31n << 58n;
  else if (r.kind === 1) high = 30n << 58n;
  else {
    low = r.c & 0xffffffffffffffffn;
    high = (BigInt(r.e + BIAS) << 49n) | (r.c >> 64n);
  }
  if (r.neg) high |= 1n << 63n;
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(low, 0);
  bytes.writeBigUInt64LE(high, 8);
  return new Decimal128(bytes);
}

/** Divides by 10^n, rounding half to even; `sticky` says that the digits after `c` are not all 0. */
function shiftRight(c: bigint, n: number, sticky = false): bigint {
  const p = pow10(n);
  const q = c / p;
  const r = c % p;
  const half = p / 2n;
  const up = r > half || (r === half && (sticky || (q & 1n) === 1n));
  return up ? q + 1n : q;
}

/** Rounds to 34 digits and into the range of exponents. */
export function round34(d: Dec, sticky = false): Dec {
  if (d.kind !== 0) return d;
  let { c, e } = d;
  const over = Math.max(digits(c) - DIGITS, E_MIN - e);
  if (over > 0) {
    c = over > digits(c) + 1 ? 0n : shiftRight(c, over, sticky);
    e += over;
    if (c >= LIMIT) {
      c /= 10n;
      e += 1;
    }
  }
  if (c === 0n) e = Math.min(Math.max(e, E_MIN), E_MAX);
  else if (e > E_MAX) {
    if (digits(c) + e - E_MAX > DIGITS) return inf(d.neg);
    c *= pow10(e - E_MAX);
    e = E_MAX;
  }
  return { neg: d.neg, c, e, kind: 0 };
}

const signed = (d: Dec): bigint => (d.neg ? -d.c : d.c);
export const negate = (d: Dec): Dec => (d.kind === 2 ? d : { ...d, neg: !d.neg });
export const isZero = (d: Dec): boolean => d.kind === 0 && d.c === 0n;

export function add(a: Dec, b: Dec): Dec {
  if (a.kind === 2 || b.kind === 2) return NAN;
  if (a.kind === 1) return b.kind === 1 && a.neg !== b.neg ? NAN : a;
  if (b.kind === 1) return b;
  const e = Math.min(a.e, b.e);
  const sum = signed(a) * pow10(a.e - e) + signed(b) * pow10(b.e - e);
  if (sum === 0n) return { neg: a.neg && b.neg, c: 0n, e, kind: 0 };
  return round34(dec(sum, e));
}

export function mul(a: Dec, b: Dec): Dec {
  const neg = a.neg !== b.neg;
  if (a.kind === 2 || b.kind === 2) return NAN;
  if (a.kind === 1 || b.kind === 1) return isZero(a) || isZero(b) ? NAN : inf(neg);
  return round34({ neg, c: a.c * b.c, e: a.e + b.e, kind: 0 });
}

/** The divisor must not be zero, except that 0/0 is NaN and x/0 an infinity, as the standard says. */
export function div(a: Dec, b: Dec): Dec {
  const neg = a.neg !== b.neg;
  if (a.kind === 2 || b.kind === 2) return NAN;
  if (a.kind === 1) return b.kind === 1 ? NAN : inf(neg);
  if (b.kind === 1) return { neg, c: 0n, e: E_MIN, kind: 0 };
  if (b.c === 0n) return a.c === 0n ? NAN : inf(neg);
  const ideal = a.e - b.e;
  if (a.c === 0n) return round34({ neg, c: 0n, e: ideal, kind: 0 });
  const k = Math.max(0, DIGITS + 2 + digits(b.c) - digits(a.c));
  const scaled = a.c * pow10(k);
  let c = scaled / b.c;
  let e = ideal - k;
  const exact = scaled % b.c === 0n;
  if (exact) {
    while (e < ideal && c % 10n === 0n) {
      c /= 10n;
      e += 1;
    }
  }
  return round34({ neg, c, e, kind: 0 }, !exact);
}

/** The remainder with the sign of the dividend. */
export function rem(a: Dec, b: Dec): Dec {
  if (a.kind !== 0 || b.kind === 2 || isZero(b)) return NAN;
  if (b.kind === 1) return a;
  const e = Math.min(a.e, b.e);
  const c = (a.c * pow10(a.e - e)) % (b.c * pow10(b.e - e));
  return round34({ neg: a.neg, c, e, kind: 0 });
}

type Rounding = 'even' | 'trunc' | 'floor' | 'ceil';

/** Rounds to a multiple of 10^`e`; a number that already is one keeps its exponent unless `pad`. */
export function quantize(d: Dec, e: number, how: Rounding): Dec {
  if (d.kind !== 0 || d.e >= e) return d;
  const p = pow10(Math.min(e - d.e, DIGITS + 2));
  let c = d.c / p;
  const r = d.c % p;
  if (r !== 0n) {
    if (how === 'even') c = shiftRight(d.c, Math.min(e - d.e, DIGITS + 2));
    else if ((how === 'floor' && d.neg) || (how === 'ceil' && !d.neg)) c += 1n;
  }
  return { neg: d.neg, c, e, kind: 0 };
}

export function compareDec(a: Dec, b: Dec): number {
  if (a.kind === 2 || b.kind === 2) return a.kind === b.kind ? 0 : a.kind === 2 ? -1 : 1;
  const sa = isZero(a) ? 0 : a.neg ? -1 : 1;
  const sb = isZero(b) ? 0 : b.neg ? -1 : 1;
  if (sa !== sb) return sa < sb ? -1 : 1;
  if (sa === 0) return 0;
  if (a.kind === 1 || b.kind === 1) return a.kind === b.kind ? 0 : a.kind === 1 ? sa : -sa;
  const ma = digits(a.c) + a.e;
  const mb = digits(b.c) + b.e;
  if (ma !== mb) return ma < mb ? -sa : sa;
  const e = Math.min(a.e, b.e);
  const ca = a.c * pow10(a.e - e);
  const cb = b.c * pow10(b.e - e);
  return ca === cb ? 0 : ca < cb ? -sa : sa;
}

const f64 = new DataView(new ArrayBuffer(8));

/** A double's exact value, rounded to 34 digits. */
export function fromDoubleExact(n: number): Dec {
  if (Number.isNaN(n)) return NAN;
  if (!Number.isFinite(n)) return inf(n < 0);
  if (n === 0) return { neg: Object.is(n, -0), c: 0n, e: 0, kind: 0 };
  f64.setFloat64(0, n);
  const bits = f64.getBigUint64(0);
  const exp = Number((bits >> 52n) & 0x7ffn);
  const frac = bits & ((1n << 52n) - 1n);
  const m = exp === 0 ? frac : frac | (1n << 52n);
  const e2 = (exp === 0 ? 1 : exp) - 1075;
  const neg = n < 0;
  if (e2 >= 0) return round34({ neg, c: m << BigInt(e2), e: 0, kind: 0 });
  let c = m * 5n ** BigInt(-e2);
  let e = e2;
  while (c % 10n === 0n && e < 0) {
    c /= 10n;
    e += 1;
  }
  return round34({ neg, c, e, kind: 0 });
}

/** A double as `$toDecimal` and mixed arithmetic take it: 15 significant digits. */
export function fromDouble(n: number): Dec {
  if (!Number.isFinite(n) || n === 0) return fromDoubleExact(n);
  const [mantissa = '0', exponent = '0'] = Math.abs(n).toExponential(14).split('e');
  return { neg: n < 0, c: BigInt(mantissa.replace('.', '')), e: Number(exponent) - 14, kind: 0 };
}

export function toNumber(d: Dec): number {
  if (d.kind === 2) return Number.NaN;
  const sign = d.neg ? -1 : 1;
  if (d.kind === 1) return sign * Number.POSITIVE_INFINITY;
  return sign * Number(`${d.c}e${d.e}`);
}

/** The number without its fraction. */
export function toBigInt(d: Dec): bigint {
  const c = d.e >= 0 ? d.c * pow10(d.e) : d.c / pow10(-d.e);
  return d.neg ? -c : c;
}
