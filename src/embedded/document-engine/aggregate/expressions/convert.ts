import { Decimal128, ObjectId } from 'bson';
import type { Doc } from '../../bson/codec';
import * as D from '../../bson/decimal';
import {
  decimal,
  double,
  exactInteger,
  exactLong,
  fitsLong,
  int,
  long,
  toBig,
  toDec,
  toDouble,
} from '../../bson/number';
import {
  isKnownTypeCode,
  isNullish,
  isNumber,
  isObject,
  T,
  typeCodeOf,
  typeNameOf,
  typeOf,
} from '../../bson/types';
import { badValue, EngineError, failedToParse, location, notImplemented } from '../../errors';
import { dateOf } from './calendar';
import { type Make, type Operators, unary } from './common';
import { FORMATS, type Format, failure, fromJson, toBinary, toText } from './convert-text';
import { parseDate } from './parse-date';

function toInteger(v: unknown, to: 'int' | 'long'): unknown {
  let n: bigint | undefined;
  const t = typeOf(v);
  if (t === T.bool) n = v ? 1n : 0n;
  else if (t === T.int || t === T.long) n = toBig(v);
  else if (t === T.double) {
    const x = Math.trunc(toDouble(v));
    if (!Number.isFinite(x)) throw failure(v, to, 'NaN or infinity');
    n = BigInt(x);
  } else if (t === T.decimal) {
    const d = toDec(v);
    if (d.kind !== 0 || d.e > 30) throw failure(v, to, 'out of range');
    n = D.toBigInt(d);
  } else if (t === T.string) {
    n = wholeText(v as string, 10);
    if (n === undefined) throw failure(v, to, 'not a whole number');
  } else if (t === T.date && to === 'long') n = BigInt((v as Date).getTime());
  if (n === undefined) throw failure(v, to);
  if (to === 'long') {
    if (!fitsLong(n)) throw failure(v, to, 'overflow');
    return long(n);
  }
  if (BigInt.asIntN(32, n) !== n) throw failure(v, to, 'overflow');
  return int(Number(n));
}

const DIGITS: Record<number, RegExp> = {
  2: /^([+-]?)([01]+)$/,
  8: /^([+-]?)([0-7]+)$/,
  10: /^([+-]?)(\d+)$/,
  16: /^([+-]?)([\da-fA-F]+)$/,
};
const PREFIXES: Record<number, string> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };

/** A whole number written in a base that `$convert` knows. */
function wholeText(text: string, base: number): bigint | undefined {
  const m = DIGITS[base]?.exec(text);
  if (!m) return undefined;
  const n = BigInt(`${PREFIXES[base]}${m[2]}`);
  return m[1] === '-' ? -n : n;
}

const NUMBERS = new Set<number>([T.int, T.long, T.double, T.decimal]);

/** A text as a number, or a number as a text, in a base; undefined where the base has no say. */
function convertInBase(v: unknown, to: number, base: number): unknown {
  if (typeof v === 'string' && NUMBERS.has(to)) {
    const n = wholeText(v, base);
    if (n === undefined || !fitsLong(n)) throw failure(v, typeNameOf(to), `not base ${base}`);
    return convert(long(n), to, { subtype: 0, format: undefined });
  }
  if (!isNumber(v) || to !== T.string) return undefined;
  const n = exactLong(v);
  if (n === undefined) throw failure(v, 'string', 'only whole numbers have another base');
  return n.toString(base).toUpperCase();
}

const NUMBER = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)$/i;

function toFloat(v: unknown): unknown {
  const t = typeOf(v);
  if (t === T.bool) return double(v ? 1 : 0);
  if (t === T.date) return double((v as Date).getTime());
  if (t === T.string) {
    const s = v as string;
    if (!NUMBER.test(s)) throw failure(v, 'double', 'not a number');
    if (/nan/i.test(s)) return double(Number.NaN);
    if (/inf/i.test(s))
      return double(s.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
    const n = Number(s);
    if (!Number.isFinite(n)) throw failure(v, 'double', 'out of range');
    return double(n);
  }
  if (!isNumber(v)) throw failure(v, 'double');
  const n = toDouble(v);
  if (t === T.decimal) {
    const d = toDec(v);
    if (d.kind === 0 && (!Number.isFinite(n) || (n === 0 && d.c !== 0n)))
      throw failure(v, 'double', 'out of range');
  }
  return double(n);
}

function toDecimal(v: unknown): unknown {
  const t = typeOf(v);
  if (t === T.bool) return decimal(D.dec(v ? 1n : 0n));
  if (t === T.date) return decimal(D.dec(BigInt((v as Date).getTime())));
  if (t === T.string) {
    if (!NUMBER.test(v as string)) throw failure(v, 'decimal', 'not a number');
    return Decimal128.fromStringWithRounding(v as string);
  }
  if (!isNumber(v)) throw failure(v, 'decimal');
  return t === T.decimal ? v : decimal(toDec(v));
}

function toDate(v: unknown): unknown {
  const t = typeOf(v);
  if (t === T.string) return parseDate(v as string, undefined);
  if (t === T.date || t === T.objectId || t === T.timestamp) return dateOf(v);
  if (t !== T.double && t !== T.long && t !== T.decimal) throw failure(v, 'date');
  const ms = Math.trunc(toDouble(v));
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) throw failure(v, 'date', 'out of range');
  return new Date(ms);
}

function toObjectId(v: unknown): unknown {
  if (v instanceof ObjectId) return v;
  if (typeof v !== 'string' || !/^[0-9a-fA-F]{24}$/.test(v)) throw failure(v, 'objectId');
  return new ObjectId(v);
}

interface Options {
  subtype: number;
  format: Format | undefined;
}

/** Converts a value that is not null. */
function convert(v: unknown, to: number, options: Options): unknown {
  switch (to) {
    case T.bool:
      if (typeOf(v) === T.bool) return v;
      return isNumber(v) ? toDouble(v) !== 0 : true;
    case T.int:
      return toInteger(v, 'int');
    case T.long:
      return toInteger(v, 'long');
    case T.double:
      return toFloat(v);
    case T.decimal:
      return toDecimal(v);
    case T.string:
      return toText(v, options.format ?? 'auto');
    case T.date:
      return toDate(v);
    case T.objectId:
      return toObjectId(v);
    case T.binData:
      return toBinary(v, options.subtype, options.format);
    case T.object:
    case T.array:
      if (typeof v === 'string') return fromJson(v, to);
      throw failure(v, typeNameOf(to));
    default:
      throw failure(v, typeNameOf(to));
  }
}

function target(v: unknown): number | null {
  if (isNullish(v)) return null;
  if (typeof v === 'string') {
    const code = typeCodeOf(v);
    if (code === undefined) throw badValue(`Unknown type name: ${v}`);
    return code;
  }
  const code = isNumber(v) ? exactInteger(v) : undefined;
  if (code === undefined)
    throw failedToParse("$convert's 'to' argument must be a string or number");
  if (!isKnownTypeCode(code))
    throw failedToParse(
      `In $convert, numeric value for 'to' does not correspond to a BSON type: ${code}`,
    );
  return code;
}

/** Nothing where no base is asked for. */
function baseOf(v: unknown): number | undefined {
  if (isNullish(v)) return undefined;
  const base = isNumber(v) ? exactInteger(v) : undefined;
  if (base === undefined) throw location(3501300, "'base' of $convert must be an integer");
  if (!DIGITS[base]) throw location(3501301, "'base' of $convert must be 2, 8, 10 or 16");
  return base;
}

const NEEDED = ['input', 'to'];
const OPTIONAL = ['onError', 'onNull', 'format', 'byteOrder', 'base'];

const convertMake: Make = (arg, env, compile, op) => {
  const known =
    isObject(arg) && Object.keys(arg).every((k) => [...NEEDED, ...OPTIONAL].includes(k));
  if (!known || !NEEDED.every((k) => Object.hasOwn(arg, k)))
    throw failedToParse(`${op} takes ${NEEDED.join(' and ')}, and may take ${OPTIONAL.join(', ')}`);
  const given = arg;
  if (Object.hasOwn(given, 'byteOrder')) throw notImplemented('$convert with byteOrder');
  const spec = given['to'];
  const split: Doc = isObject(spec) && Object.hasOwn(spec, 'type') ? spec : { type: spec };
  const get = (from: Doc, k: string) =>
    Object.hasOwn(from, k) ? compile(from[k], env) : undefined;
  const input = compile(given['input'], env);
  const to = compile(split['type'], env);
  const subtype = get(split, 'subtype');
  const format = get(given, 'format');
  const inBase = get(given, 'base');
  const onError = get(given, 'onError');
  const onNull = get(given, 'onNull');
  return (root) => {
    const v = input(root);
    const code = target(to(root));
    const base = baseOf(inBase?.(root));
    if (isNullish(v)) return onNull ? onNull(root) : null;
    if (code === null) return null;
    try {
      const f = format?.(root);
      if (!isNullish(f) && !FORMATS.some((one) => one === f))
        throw badValue(`Invalid 'format' argument for $convert: ${String(f)}`);
      const options = {
        subtype: subtype ? (exactInteger(subtype(root)) ?? 0) : 0,
        format: isNullish(f) ? undefined : (f as Format),
      };
      return (
        (base === undefined ? undefined : convertInBase(v, code, base)) ?? convert(v, code, options)
      );
    } catch (e) {
      if (onError && e instanceof EngineError && e.code === 241) return onError(root);
      throw e;
    }
  };
};

const to = (code: number): Make =>
  unary((v) =>
    isNullish(v)
      ? null
      : convert(v, code, { subtype: 4, format: code === T.binData ? 'auto' : undefined }),
  );

/** Conversions between types. */
export const CONVERSIONS: Operators = {
  $convert: convertMake,
  $toBool: to(T.bool),
  $toInt: to(T.int),
  $toLong: to(T.long),
  $toDouble: to(T.double),
  $toDecimal: to(T.decimal),
  $toString: to(T.string),
  $toDate: to(T.date),
  $toObjectId: to(T.objectId),
  $toUUID: to(T.binData),
  $toArray: to(T.array),
  $toObject: to(T.object),
};
