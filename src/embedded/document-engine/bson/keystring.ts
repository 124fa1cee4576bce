import { createHash } from 'node:crypto';
import { type Doc, nameOf } from './codec';
import { T, typeOf } from './types';

/**
 * An encoding of BSON values whose byte order is BSON's order, so that an ordered key space is an
 * index. Keys are strings of bytes (latin1): they compare, concatenate and serve as Map keys as they
 * are. Numbers of all types share one form, so `1`, `1.0` and `NumberDecimal('1.00')` are one key.
 */
export type Key = string;

const TYPE = {
  minKey: 0x01,
  undefined: 0x05,
  null: 0x0a,
  nan: 0x13,
  number: 0x14,
  string: 0x1e,
  object: 0x28,
  array: 0x32,
  binary: 0x3c,
  objectId: 0x46,
  boolean: 0x50,
  date: 0x5a,
  timestamp: 0x5e,
  regex: 0x64,
  code: 0x78,
  codeWithScope: 0x82,
  maxKey: 0xf0,
} as const;

/** Above this a key is cut and ends with a hash: equality stays exact, order beyond it does not. */
export const MAX_KEYSTRING = 1900;
const HASH_BYTES = 20;

let scratch = Buffer.allocUnsafe(4096);
let at = 0;

function room(bytes: number): void {
  if (at + bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafe(Math.max(scratch.length * 2, at + bytes));
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
}

function byte(value: number): void {
  room(1);
  scratch[at++] = value;
}

/** Bytes that end with 0x00, a zero inside them being followed by 0xff. */
function text(value: string): void {
  room(value.length * 3 + 1);
  const start = at;
  at += scratch.write(value, at, 'utf8');
  if (value.includes('\0')) {
    const raw = scratch.subarray(start, at);
    let zeros = 0;
    for (const b of raw) if (b === 0) zeros++;
    room(zeros + 1);
    let to = at + zeros;
    for (let from = at - 1; from >= start; from--) {
      const b = scratch[from] ?? 0;
      if (b === 0) scratch[--to] = 0xff;
      scratch[--to] = b;
    }
    at += zeros;
  }
  byte(0);
}

const MAX_SAFE = 9007199254740992n;

/** `magnitude` is at least 0; `rest` is what the double leaves out, as decimal digits. */
function number(
  negative: boolean,
  magnitude: number,
  rest: { digits: string; exponent: number } | null,
) {
  room(12);
  const start = at;
  byte(TYPE.number);
  scratch.writeDoubleBE(magnitude, at);
  scratch[at] = (scratch[at] ?? 0) | 0x80;
  at += 8;
  if (rest === null) {
    byte(0);
  } else {
    byte(1);
    room(3 + rest.digits.length);
    at = scratch.writeUInt16BE(rest.exponent + 0x8000, at);
    for (let i = 0; i < rest.digits.length; i++) byte(rest.digits.charCodeAt(i) - 47);
    byte(0);
  }
  if (negative) for (let i = start + 1; i < at; i++) scratch[i] = ~(scratch[i] ?? 0) & 0xff;
}

function double(value: number): void {
  if (Number.isNaN(value)) byte(TYPE.nan);
  else number(value < 0, Math.abs(value), null);
}

/** The greatest double that is not above a fraction `n / d` of large integers. */
function floorDouble(n: bigint, d: bigint): number {
  let guess = ratio(n, d);
  if (guess === Number.POSITIVE_INFINITY) guess = Number.MAX_VALUE;
  while (compareFraction(guess, n, d) > 0) guess = previous(guess);
  return guess;
}

function ratio(n: bigint, d: bigint): number {
  const shift = n.toString(2).length - d.toString(2).length - 60;
  const scaled = shift > 0 ? n / (d << BigInt(shift)) : (n << BigInt(-shift)) / d;
  const first = Math.min(Math.max(shift, -1000), 960);
  return Number(scaled) * 2 ** first * 2 ** (shift - first);
}

const bits = new DataView(new ArrayBuffer(8));

function previous(value: number): number {
  bits.setFloat64(0, value);
  bits.setBigUint64(0, bits.getBigUint64(0) - 1n);
  return bits.getFloat64(0);
}

/** A finite double as the exact fraction `n / 2^k`. */
function fraction(value: number): { n: bigint; k: bigint } {
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const exponent = (raw >> 52n) & 0x7ffn;
  const mantissa = raw & 0xfffffffffffffn;
  if (exponent === 0n) return { n: mantissa, k: 1074n };
  const n = mantissa | 0x10000000000000n;
  const k = 1075n - exponent;
  return k < 0n ? { n: n << -k, k: 0n } : { n, k };
}

function compareFraction(value: number, n: bigint, d: bigint): number {
  const f = fraction(value);
  const left = f.n * d;
  const right = n << f.k;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The first 40 digits of a positive fraction: enough to tell all decimals of one double apart. */
function digitsOf(n: bigint, d: bigint): { digits: string; exponent: number } {
  let exponent = n.toString().length - d.toString().length;
  const power = 41 - exponent;
  const q = power >= 0 ? (n * 10n ** BigInt(power)) / d : n / (d * 10n ** BigInt(-power));
  const all = q.toString();
  exponent += all.length - 42;
  return { digits: all.slice(0, 40).replace(/0+$/, ''), exponent };
}

function exact(negative: boolean, n: bigint, d: bigint): void {
  const magnitude = floorDouble(n, d);
  const f = fraction(magnitude);
  const restNumerator = (n << f.k) - f.n * d;
  number(negative, magnitude, restNumerator === 0n ? null : digitsOf(restNumerator, d << f.k));
}

function integer(value: bigint): void {
  const magnitude = value < 0n ? -value : value;
  if (magnitude <= MAX_SAFE) number(value < 0n, Number(magnitude), null);
  else exact(value < 0n, magnitude, 1n);
}

const DECIMAL = /^(-?)(\d*)(?:\.(\d*))?(?:E([+-]?\d+))?$/i;

function decimal(shown: string): void {
  const m = DECIMAL.exec(shown);
  if (!m) {
    double(shown === 'NaN' ? Number.NaN : shown.startsWith('-') ? -Infinity : Infinity);
    return;
  }
  const fractionDigits = m[3] ?? '';
  const coefficient = BigInt(`${m[2] ?? ''}${fractionDigits}` || '0');
  const exponent = Number(m[4] ?? 0) - fractionDigits.length;
  if (coefficient === 0n) number(false, 0, null);
  else if (exponent >= 0) exact(m[1] === '-', coefficient * 10n ** BigInt(exponent), 1n);
  else exact(m[1] === '-', coefficient, 10n ** BigInt(-exponent));
}

function value(v: unknown): void {
  if (typeof v === 'number') {
    double(v);
    return;
  }
  if (typeof v === 'bigint') {
    integer(v);
    return;
  }
  const s = v as Shapes;
  switch (typeOf(v)) {
    case T.string:
      byte(TYPE.string);
      text(v as string);
      break;
    case T.int:
    case T.double:
      double(s.value);
      break;
    case T.long:
      if (s.high === s.low >> 31) double(s.low);
      else integer((BigInt(s.high) << 32n) | BigInt(s.low >>> 0));
      break;
    case T.decimal:
      decimal(String(v));
      break;
    case T.bool:
      byte(TYPE.boolean);
      byte(v ? 1 : 0);
      break;
    case T.missing:
      byte(TYPE.undefined);
      break;
    case T.null:
      byte(TYPE.null);
      break;
    case T.array:
      byte(TYPE.array);
      for (const element of v as unknown[]) value(element);
      byte(0);
      break;
    case T.date:
      byte(TYPE.date);
      int64(BigInt((v as Date).getTime()));
      break;
    case T.objectId:
      byte(TYPE.objectId);
      raw(s.id);
      break;
    case T.object:
      object(v as Doc);
      break;
    default:
      rare(s, typeOf(v));
  }
}

function raw(bytes: Uint8Array): void {
  room(bytes.length);
  scratch.set(bytes, at);
  at += bytes.length;
}

function int64(n: bigint): void {
  room(8);
  at = scratch.writeBigUInt64BE(BigInt.asUintN(64, n + 0x8000000000000000n), at);
}

function object(doc: Doc): void {
  byte(TYPE.object);
  for (const key of Object.keys(doc)) {
    const place = at;
    value(doc[key]);
    // The order of objects is by type, then name, then value: the name goes after the type's byte.
    const encoded = Buffer.from(scratch.subarray(place + 1, at));
    at = place + 1;
    text(nameOf(key));
    room(encoded.length);
    at += encoded.copy(scratch, at);
  }
  byte(0);
}

interface Shapes {
  value: number;
  high: number;
  low: number;
  id: Uint8Array;
  buffer: Uint8Array;
  position: number;
  sub_type: number;
  pattern: string;
  options: string;
  code: string;
  scope: Doc | null;
}

function rare(s: Shapes, type: number): void {
  switch (type) {
    case T.binData: {
      const content = s.buffer.subarray(0, s.position);
      byte(TYPE.binary);
      room(4);
      at = scratch.writeUInt32BE(content.length, at);
      byte(s.sub_type);
      raw(content);
      break;
    }
    case T.timestamp:
      byte(TYPE.timestamp);
      room(8);
      at = scratch.writeUInt32BE(s.high >>> 0, at);
      at = scratch.writeUInt32BE(s.low >>> 0, at);
      break;
    case T.regex:
      byte(TYPE.regex);
      text(s.pattern);
      text(s.options);
      break;
    case T.symbol:
      byte(TYPE.string);
      text(String(s.value));
      break;
    case T.javascript:
    case T.javascriptWithScope:
      byte(s.scope ? TYPE.codeWithScope : TYPE.code);
      text(s.code);
      if (s.scope) object(s.scope);
      break;
    case T.minKey:
      byte(TYPE.minKey);
      break;
    default:
      byte(TYPE.maxKey);
  }
}

/** Raw bytes, such as a record id stored as a value, as a key. */
export const keyFromBytes = (bytes: Uint8Array): Key =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

const take = (): Key => {
  const key = scratch.toString('latin1', 0, at);
  at = 0;
  return key;
};

/** One value as a key, ascending. */
export function keyOf(v: unknown): Key {
  at = 0;
  value(v);
  return take();
}

/** The key of an index entry: one value for each field, those of descending fields inverted. */
export function compoundKey(values: readonly unknown[], descending: readonly boolean[]): Key {
  at = 0;
  for (let i = 0; i < values.length; i++) {
    const start = at;
    value(values[i]);
    if (descending[i]) for (let j = start; j < at; j++) scratch[j] = ~(scratch[j] ?? 0) & 0xff;
  }
  return take();
}

/** The same key in the order of a descending field. */
export function invert(key: Key): Key {
  const bytes = Buffer.from(key, 'latin1');
  for (let i = 0; i < bytes.length; i++) bytes[i] = ~(bytes[i] ?? 0) & 0xff;
  return bytes.toString('latin1');
}

/** Cuts a key that is too long for the store; `cut` keys are equal only where the values are. */
export function shorten(key: Key): { key: Key; cut: boolean } {
  if (key.length <= MAX_KEYSTRING) return { key, cut: false };
  const hash = createHash('sha256')
    .update(key, 'latin1')
    .digest()
    .toString('latin1', 0, HASH_BYTES);
  return { key: key.slice(0, MAX_KEYSTRING - HASH_BYTES) + hash, cut: true };
}

/** The least key above all keys that begin with this one; null where there is none. */
export function after(prefix: Key): Key {
  let end = prefix.length;
  while (end > 0 && prefix.charCodeAt(end - 1) === 0xff) end--;
  if (end === 0) return '\xff\xff\xff\xff\xff\xff\xff\xff';
  return prefix.slice(0, end - 1) + String.fromCharCode(prefix.charCodeAt(end - 1) + 1);
}
