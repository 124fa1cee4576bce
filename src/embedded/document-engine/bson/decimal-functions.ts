import {
  compareDec,
  type Dec,
  dec,
  div,
  inf,
  isZero,
  NAN,
  pow10,
  quantize,
  round34,
  toBigInt,
  toNumber,
} from './decimal';

// Fixed point: a number is n / 10^SCALE. 34 digits are wanted; the rest absorbs the rounding.
const SCALE = 50;
const ONE = pow10(SCALE);

const fixed = (d: Dec): bigint => {
  const c = d.e >= -SCALE ? d.c * pow10(d.e + SCALE) : d.c / pow10(-SCALE - d.e);
  return d.neg ? -c : c;
};
const unfixed = (n: bigint, e = 0): Dec => round34(dec(n, e - SCALE));
const times = (a: bigint, b: bigint): bigint => (a * b) / ONE;

function sqrtBig(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const y = (x + n / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}

/** The square root of a number that is not negative; exact roots keep the ideal exponent. */
export function sqrtDec(d: Dec): Dec {
  if (d.kind !== 0 || d.c === 0n) return d;
  const even = d.e % 2 === 0;
  const c = even ? d.c : d.c * 10n;
  const e = even ? d.e : d.e - 1;
  const root = sqrtBig(c);
  if (root * root === c) return { neg: false, c: root, e: e / 2, kind: 0 };
  const k = 40;
  const wide = sqrtBig(c * pow10(2 * k));
  return round34({ neg: false, c: wide, e: e / 2 - k, kind: 0 }, true);
}

/** The natural logarithm of n, for n near 1: 2 artanh((n-1)/(n+1)). */
function lnSeries(n: bigint): bigint {
  const z = ((n - ONE) * ONE) / (n + ONE);
  const z2 = times(z, z);
  let term = z;
  let sum = 0n;
  for (let k = 1n; term !== 0n; k += 2n) {
    sum += term / k;
    term = times(term, z2);
  }
  return 2n * sum;
}

const LN10 = (() => {
  const two = lnSeries((ONE * 5n) / 4n);
  // ln 10 = 3 ln 2 + ln 1.25, and ln 2 = ln(4/3) + ln(3/2).
  const ln2 = lnSeries((ONE * 4n) / 3n) + lnSeries((ONE * 3n) / 2n);
  return 3n * ln2 + two;
})();

/** ln of a positive number, in fixed point. */
function lnFixed(d: Dec): bigint {
  const n = d.c.toString().length;
  // A mantissa in [1, 10), and then square roots until it is near 1.
  let m = fixed({ neg: false, c: d.c, e: -(n - 1), kind: 0 });
  let halvings = 0n;
  while (m > (ONE * 11n) / 10n) {
    m = sqrtBig(m * ONE);
    halvings += 1n;
  }
  return (lnSeries(m) << halvings) + LN10 * BigInt(d.e + n - 1);
}

export function lnDec(d: Dec): Dec {
  if (d.kind === 2) return NAN;
  if (d.kind === 1) return d;
  return compareDec(d, dec(1n)) === 0 ? dec(0n) : unfixed(lnFixed(d));
}

export function log10Dec(d: Dec): Dec {
  if (d.kind !== 0) return d;
  const text = d.c.toString();
  if (/^10*$/.test(text)) return dec(BigInt(d.e + text.length - 1));
  return unfixed((lnFixed(d) * ONE) / LN10);
}

function expFixed(x: bigint): Dec {
  const whole = x / LN10;
  const r = x - whole * LN10;
  // e^r by the series of r / 2^8, squared eight times.
  const small = r >> 8n;
  let term = ONE;
  let sum = 0n;
  for (let k = 1n; term !== 0n; k++) {
    sum += term;
    term = times(term, small) / k;
  }
  for (let i = 0; i < 8; i++) sum = times(sum, sum);
  return unfixed(sum, Number(whole));
}

export function expDec(d: Dec): Dec {
  if (d.kind === 2) return NAN;
  const n = toNumber(d);
  if (n > 15000) return inf(false);
  if (n < -15000) return dec(0n);
  return isZero(d) ? dec(1n) : expFixed(fixed(d));
}

export function powDec(base: Dec, exponent: Dec): Dec {
  if (base.kind === 2 || exponent.kind === 2) return NAN;
  if (isZero(exponent)) return dec(1n);
  const whole = exponent.kind === 0 && compareDec(quantize(exponent, 0, 'trunc'), exponent) === 0;
  const n = toNumber(exponent);
  if (base.kind === 1 || exponent.kind === 1 || isZero(base)) {
    const v = toNumber(base) ** n;
    return Number.isFinite(v) ? dec(BigInt(Math.round(v))) : Number.isNaN(v) ? NAN : inf(v < 0);
  }
  if (whole && Math.abs(n) <= 1000) {
    // By repeated squaring, with all the digits, and only then rounded.
    let result = 1n;
    for (let i = 0; i < Math.abs(n); i++) result *= base.c;
    const exact: Dec = {
      neg: base.neg && Math.abs(n) % 2 === 1,
      c: result,
      e: base.e * Math.abs(n),
      kind: 0,
    };
    return padded(n < 0 ? div(dec(1n), round34(exact)) : round34(exact));
  }
  if (base.neg && !whole) return NAN;
  const v = padded(expDec(unfixed(times(lnFixed({ ...base, neg: false }), fixed(exponent)))));
  return base.neg && toBigInt(exponent) % 2n !== 0n ? { ...v, neg: true } : v;
}

/** With all 34 digits, as MongoDB's library gives powers. */
function padded(d: Dec): Dec {
  if (d.kind !== 0 || d.c === 0n) return d;
  const n = 34 - d.c.toString().length;
  return n > 0 ? { ...d, c: d.c * pow10(n), e: d.e - n } : d;
}

export const logDec = (d: Dec, base: Dec): Dec => div(lnDec(d), lnDec(base));
