import * as D from '../../bson/decimal';
import { expDec, lnDec, log10Dec, logDec, powDec, sqrtDec } from '../../bson/decimal-functions';
import {
  arith,
  decimal,
  double,
  exactInteger,
  fitsLong,
  int,
  LONG_MIN,
  long,
  toBig,
  toDec,
  toDouble,
  whole,
  wholeBig,
} from '../../bson/number';
import { isNullish, isNumber, isObject, T, typeOf } from '../../bson/types';
import { badValue, EngineError, location, typeMismatch } from '../../errors';
import { binary, type Make, nary, type Operators, onNumber, unary } from './common';

const isDate = (v: unknown): v is Date => typeOf(v) === T.date;
const numeric = (op: string) =>
  typeMismatch(`${op} only supports numeric types, or dates where they make sense`);

/** A date moved by a number of milliseconds. */
function shifted(date: Date, ms: unknown, sign: 1 | -1): Date {
  const d =
    typeOf(ms) === T.decimal || typeOf(ms) === T.double ? Math.round(toDouble(ms)) : toDouble(ms);
  const t = date.getTime() + sign * d;
  if (!Number.isFinite(t) || Math.abs(t) > 8.64e15)
    throw new EngineError(15, 'Overflow', 'date overflow in arithmetic');
  return new Date(t);
}

const add: Make = nary(0, Number.POSITIVE_INFINITY, (args) => {
  let sum: unknown = int(0);
  let date: Date | undefined;
  let ints = 0;
  for (const v of args) {
    if (isNullish(v)) return null;
    if (isDate(v)) {
      if (date) throw location(16612, 'only one date allowed in an $add expression');
      date = v;
    } else if (isNumber(v)) {
      if (typeOf(v) === T.int) ints += 1;
      sum = arith('add', sum, v);
    } else throw numeric('$add');
  }
  if (date) return shifted(date, sum, 1);
  // A sum of ints that went beyond their range and came back is an int again.
  return ints === args.length ? whole(toDouble(sum)) : sum;
});

const subtract: Make = binary((a, b) => {
  if (isNullish(a) || isNullish(b)) return null;
  if (isDate(a)) {
    if (isDate(b)) return long(BigInt(a.getTime() - b.getTime()));
    if (isNumber(b)) return shifted(a, b, -1);
  }
  if (!isNumber(a) || !isNumber(b)) throw numeric('$subtract');
  return arith('sub', a, b);
});

const multiply: Make = nary(0, Number.POSITIVE_INFINITY, (args) => {
  let product: unknown = int(1);
  for (const v of args) {
    if (isNullish(v)) return null;
    if (!isNumber(v)) throw numeric('$multiply');
    product = arith('mul', product, v);
  }
  return product;
});

const divide: Make = binary((a, b) => {
  if (isNullish(a) || isNullish(b)) return null;
  if (!isNumber(a) || !isNumber(b)) throw numeric('$divide');
  if (toDouble(b) === 0) throw badValue("can't $divide by zero");
  if (typeOf(a) === T.decimal || typeOf(b) === T.decimal) return decimal(D.div(toDec(a), toDec(b)));
  return double(toDouble(a) / toDouble(b));
});

const mod: Make = binary((a, b) => {
  if (isNullish(a) || isNullish(b)) return null;
  if (!isNumber(a) || !isNumber(b)) throw numeric('$mod');
  if (toDouble(b) === 0) throw location(16610, "can't $mod by zero");
  const ta = typeOf(a);
  const tb = typeOf(b);
  if (ta === T.decimal || tb === T.decimal) return decimal(D.rem(toDec(a), toDec(b)));
  if (ta === T.double || tb === T.double) return double(toDouble(a) % toDouble(b));
  const r = toBig(a) % toBig(b);
  return ta === T.int && tb === T.int ? int(Number(r)) : long(r);
});

const abs = (v: unknown): unknown => {
  switch (typeOf(v)) {
    case T.int:
      return whole(Math.abs(toDouble(v)));
    case T.long: {
      const n = toBig(v);
      if (n === LONG_MIN) throw location(28680, "can't take $abs of long long min");
      return long(n < 0n ? -n : n);
    }
    case T.decimal:
      return decimal({ ...toDec(v), neg: false });
    default:
      return double(Math.abs(toDouble(v)));
  }
};

const toWhole = (how: 'floor' | 'ceil') => (v: unknown) => {
  const t = typeOf(v);
  if (t === T.double) return double(Math[how](toDouble(v)));
  if (t !== T.decimal) return v;
  return decimal(stretch(D.quantize(toDec(v), 0, how), 0));
};

/** Writes a number with the exponent `e` where its digits allow. */
function stretch(d: D.Dec, e: number): D.Dec {
  const n = d.e - e;
  if (d.kind !== 0 || n <= 0 || d.c.toString().length + n > 34) return d;
  return { ...d, c: d.c * D.pow10(n), e };
}

const rounding = (how: 'even' | 'trunc', op: string): Make =>
  nary(1, 2, ([v, at]) => {
    if (isNullish(v)) return null;
    if (!isNumber(v)) throw typeMismatch(`${op} only supports numeric types`);
    if (at === null) return null;
    const place = at === undefined ? 0 : exactInteger(at);
    if (place === undefined)
      throw location(51082, `precision argument to ${op} must be a integral value`);
    if (place < -20 || place > 100) {
      throw location(51083, `cannot apply ${op} with precision value ${place}: not in [-20, 100]`);
    }
    const t = typeOf(v);
    if (t === T.decimal) return decimal(stretch(D.quantize(toDec(v), -place, how), -place));
    if (t === T.double) {
      const n = toDouble(v);
      if (!Number.isFinite(n)) return v;
      return double(D.toNumber(D.quantize(D.fromDoubleExact(n), -place, how)));
    }
    if (place >= 0) return v;
    const d = D.quantize(D.dec(toBig(v)), -place, how);
    const n = D.toBigInt(d);
    if (!fitsLong(n)) throw location(51080, 'invalid conversion from Decimal128 result in $round');
    return t === T.int ? wholeBig(n) : long(n);
  });

const pow: Make = binary((base, exponent) => {
  if (isNullish(base) || isNullish(exponent)) return null;
  if (!isNumber(base) || !isNumber(exponent)) throw typeMismatch('$pow only takes numeric types');
  const x = toDouble(base);
  const y = toDouble(exponent);
  if (x === 0 && y < 0)
    throw location(28764, '$pow cannot take a base of 0 and a negative exponent');
  const tb = typeOf(base);
  const te = typeOf(exponent);
  if (tb === T.decimal || te === T.decimal) return decimal(powDec(toDec(base), toDec(exponent)));
  if (tb === T.double || te === T.double || y < 0) {
    const v = x ** y;
    const integral = tb !== T.double && te !== T.double && Math.abs(x) === 1;
    return integral ? whole(v) : double(v);
  }
  if (Math.abs(x) > 1 && y > 64) return double(x ** y);
  const n = Math.abs(x) <= 1 ? BigInt(x ** y) : toBig(base) ** BigInt(y);
  if (!fitsLong(n)) return double(x ** y);
  return tb === T.int && te === T.int ? wholeBig(n) : long(n);
});

/** A function with a version for doubles and one for decimals. */
const real = (
  op: string,
  onDouble: (n: number) => number,
  onDecimal: (d: D.Dec) => D.Dec,
  allowed: (n: number) => boolean = () => true,
  code = 0,
): Make =>
  onNumber(op, (v) => {
    const n = toDouble(v);
    if (!Number.isNaN(n) && !allowed(n)) throw location(code, `${op}'s argument is out of range`);
    return typeOf(v) === T.decimal ? decimal(onDecimal(toDec(v))) : double(onDouble(n));
  });

const log: Make = binary((v, base) => {
  if (isNullish(v) || isNullish(base)) return null;
  if (!isNumber(v)) throw location(28756, "$log's argument must be numeric");
  if (!isNumber(base)) throw location(28757, "$log's base must be numeric");
  const x = toDouble(v);
  const b = toDouble(base);
  if (x <= 0) throw location(28758, "$log's argument must be a positive number");
  if (b <= 0 || b === 1)
    throw location(28759, "$log's base must be a positive number not equal to 1");
  if (typeOf(v) === T.decimal || typeOf(base) === T.decimal)
    return decimal(logDec(toDec(v), toDec(base)));
  return double(Math.log(x) / Math.log(b));
});

const bits = (op: string, start: bigint, fn: (a: bigint, b: bigint) => bigint): Make =>
  nary(0, Number.POSITIVE_INFINITY, (args) => {
    let v = start;
    let wide = false;
    for (const arg of args) {
      if (isNullish(arg)) return null;
      const t = typeOf(arg);
      if (t !== T.int && t !== T.long)
        throw typeMismatch(`${op} only supports int and long operands`);
      wide ||= t === T.long;
      v = fn(v, toBig(arg));
    }
    return wide ? long(BigInt.asIntN(64, v)) : int(Number(BigInt.asIntN(32, v)));
  });

/** Numbers. */
export const ARITHMETIC: Operators = {
  $add: add,
  $subtract: subtract,
  $multiply: multiply,
  $divide: divide,
  $mod: mod,
  $abs: onNumber('$abs', abs),
  $ceil: onNumber('$ceil', toWhole('ceil')),
  $floor: onNumber('$floor', toWhole('floor')),
  $round: rounding('even', '$round'),
  $trunc: rounding('trunc', '$trunc'),
  $pow: pow,
  $sqrt: real('$sqrt', Math.sqrt, sqrtDec, (n) => n >= 0, 28714),
  $exp: real('$exp', Math.exp, expDec),
  $ln: real('$ln', Math.log, lnDec, (n) => n > 0, 28766),
  $log10: real('$log10', Math.log10, log10Dec, (n) => n > 0, 28761),
  $log: log,
  $sigmoid: onNumber('$sigmoid', (v) => double(1 / (1 + Math.exp(-toDouble(v))))),
  $isNumber: unary(isNumber),
  $bitAnd: bits('$bitAnd', -1n, (a, b) => a & b),
  $bitOr: bits('$bitOr', 0n, (a, b) => a | b),
  $bitXor: bits('$bitXor', 0n, (a, b) => a ^ b),
  $bitNot: unary((v) => {
    if (isNullish(v)) return null;
    const t = typeOf(v);
    if (t !== T.int && t !== T.long) throw typeMismatch('$bitNot only supports int and long');
    return t === T.int ? int(~toDouble(v)) : long(~toBig(v));
  }),
  $rand: (arg) => {
    const given = isObject(arg) || Array.isArray(arg) ? Object.keys(arg).length : 1;
    if (given > 0) throw location(3040501, '$rand does not currently accept arguments');
    return () => double(Math.random());
  },
};
