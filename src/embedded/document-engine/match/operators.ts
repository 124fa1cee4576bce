import type { Binary } from 'bson';
import type { Doc } from '../bson/codec';
import { compare, hashKey, orderOf } from '../bson/compare';
import { exactInteger, exactLong, toDouble, truncatedLong } from '../bson/number';
import {
  isKnownTypeCode,
  isNullish,
  isNumber,
  isObject,
  T,
  typeCodeOf,
  typeOf,
} from '../bson/types';
import { badValue, failedToParse, typeMismatch } from '../errors';
import { compileRegex, isRegexValue } from './regex';
import type { Test, ValueNode } from './walk';

export const leaf = (test: Test, traverse = true): ValueNode => ({ kind: 'leaf', test, traverse });
export const not = (...nodes: ValueNode[]): ValueNode => ({ kind: 'not', nodes });

const isNaNValue = (v: unknown): boolean => isNumber(v) && Number.isNaN(toDouble(v));

export function equality(rhs: unknown): Test {
  if (rhs === null || rhs === undefined) return isNullish;
  if (typeof rhs === 'string') {
    return (v) => v === rhs || (typeOf(v) === T.symbol && compare(v, rhs) === 0);
  }
  const order = orderOf(rhs);
  return (v) => orderOf(v) === order && compare(v, rhs) === 0;
}

type Inequality = '$gt' | '$gte' | '$lt' | '$lte';

/** Comparison stays within one class of types, except that the ends of the order meet everything. */
export function inequality(op: Inequality, rhs: unknown): Test {
  const orEqual = op === '$gte' || op === '$lte';
  const order = orderOf(rhs);
  if (isNullish(rhs)) return orEqual ? isNullish : () => false;
  if (order === -1 || order === 127) {
    const up = op === '$gt' || op === '$gte';
    const all = order === 127 ? !up : up;
    return (v) => (orderOf(v) === order ? orEqual : all);
  }
  if (isNaNValue(rhs)) return orEqual ? isNaNValue : () => false;
  const holds =
    op === '$gt'
      ? (c: number) => c > 0
      : op === '$gte'
        ? (c: number) => c >= 0
        : op === '$lt'
          ? (c: number) => c < 0
          : (c: number) => c <= 0;
  if (order === 10) return (v) => orderOf(v) === 10 && !isNaNValue(v) && holds(compare(v, rhs));
  return (v) => orderOf(v) === order && holds(compare(v, rhs));
}

/** `$in`: equal to one of the values, or matched by one of the regular expressions. */
export function membership(list: unknown, maxRegexMs: number, op: string): Test {
  if (!Array.isArray(list)) throw badValue(`${op} needs an array`);
  const tests: Test[] = [];
  const keys = new Set<string>();
  let nullish = false;
  for (const item of list) {
    if (isObject(item) && Object.keys(item)[0]?.startsWith('$') && !isReference(item)) {
      throw badValue(`cannot nest $ under ${op}`);
    }
    if (isNullish(item)) nullish = true;
    else keys.add(hashKey(item));
    if (isRegexValue(item)) tests.push(compileRegex(item, undefined, maxRegexMs).test);
  }
  return (v) => {
    if (isNullish(v)) return nullish;
    return keys.has(hashKey(v)) || tests.some((t) => t(v));
  };
}

/** A document that starts as a reference to another one is a value, not a list of operators. */
export const isReference = (v: Doc): boolean => {
  const first = Object.keys(v)[0];
  return first === '$ref' || first === '$id' || first === '$db';
};

export function sizeTest(v: unknown): Test {
  const n = exactInteger(v);
  if (n === undefined) {
    throw badValue(
      `Failed to parse $size. Expected an integer, got a ${isNumber(v) ? 'fraction' : 'non-number'}`,
    );
  }
  if (n < 0) throw badValue('Failed to parse $size. Expected a non-negative number');
  return (x) => Array.isArray(x) && x.length === n;
}

export function modTest(v: unknown): Test {
  if (!Array.isArray(v)) throw badValue('malformed mod, needs to be an array');
  if (v.length < 2) throw badValue('malformed mod, not enough elements');
  if (v.length > 2) throw badValue('malformed mod, too many elements');
  if (!isNumber(v[0])) throw badValue('malformed mod, divisor not a number');
  if (!isNumber(v[1])) throw badValue('malformed mod, remainder not a number');
  const divisor = truncatedLong(v[0]);
  const remainder = truncatedLong(v[1]);
  if (divisor === undefined || remainder === undefined) {
    throw badValue('malformed mod, the numbers do not fit 64 bits');
  }
  if (divisor === 0n) throw badValue('divisor cannot be 0');
  return (x) => {
    const n = isNumber(x) ? truncatedLong(x) : undefined;
    return n !== undefined && n % divisor === remainder;
  };
}

/** The types that `$type` names: numbers, names, or a list of either. */
export function typeSet(v: unknown, op = '$type'): Set<number> {
  const codes = new Set<number>();
  const list = Array.isArray(v) ? v : [v];
  if (list.length === 0) throw failedToParse(`${op} must match at least one type`);
  for (const item of list) {
    if (typeof item === 'string') {
      if (item === 'number') for (const t of [T.double, T.int, T.long, T.decimal]) codes.add(t);
      else {
        const code = typeCodeOf(item);
        if (code === undefined) throw badValue(`Unknown type name alias: ${item}`);
        codes.add(code);
      }
    } else {
      const code = exactInteger(item);
      if (code === undefined) {
        if (isNumber(item)) throw badValue('Invalid numerical type code');
        throw typeMismatch('type must be represented as a number or a string');
      }
      if (!isKnownTypeCode(code)) throw badValue(`Invalid numerical type code: ${code}`);
      codes.add(code);
    }
  }
  return codes;
}

type BitsOp = '$bitsAllSet' | '$bitsAllClear' | '$bitsAnySet' | '$bitsAnyClear';

function bitPositions(v: unknown, op: string): number[] {
  if (Array.isArray(v)) {
    return v.map((item) => {
      const n = exactInteger(item);
      if (n === undefined)
        throw badValue(`Failed to parse bit position. Expected an integer in ${op}`);
      if (n < 0) throw badValue('Failed to parse bit position. Expected a non-negative number');
      return n;
    });
  }
  if (typeOf(v) === T.binData) {
    const b = v as Binary;
    const bits: number[] = [];
    for (let i = 0; i < b.position * 8; i++) {
      if (((b.buffer[i >> 3] ?? 0) >> (i & 7)) & 1) bits.push(i);
    }
    return bits;
  }
  if (!isNumber(v)) throw badValue(`${op} takes an Array, a number, or a BinData`);
  const mask = exactLong(v);
  if (mask === undefined) throw failedToParse(`Expected an integer in ${op}`);
  if (mask < 0n) throw failedToParse(`Expected a non-negative number in ${op}`);
  const bits: number[] = [];
  for (let i = 0; i < 63; i++) if ((mask >> BigInt(i)) & 1n) bits.push(i);
  return bits;
}

export function bitsTest(op: BitsOp, v: unknown): Test {
  const bits = bitPositions(v, op);
  const set = op === '$bitsAllSet' || op === '$bitsAnySet';
  const all = op === '$bitsAllSet' || op === '$bitsAllClear';
  return (x) => {
    let has: (i: number) => boolean;
    if (typeOf(x) === T.binData) {
      const b = x as Binary;
      has = (i) => i < b.position * 8 && (((b.buffer[i >> 3] ?? 0) >> (i & 7)) & 1) === 1;
    } else {
      const n = isNumber(x) ? exactLong(x) : undefined;
      if (n === undefined) return false;
      // Beyond the 64 bits of a number its sign goes on.
      has = (i) => ((n >> BigInt(Math.min(i, 63))) & 1n) === 1n;
    }
    return all ? bits.every((i) => has(i) === set) : bits.some((i) => has(i) === set);
  };
}
