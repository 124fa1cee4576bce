import { Int32, Long, Timestamp } from 'bson';
import { type Doc, own } from '../bson/codec';
import { compare, identical } from '../bson/compare';
import { arith, exactInteger, toBig, wholeBig } from '../bson/number';
import { isNumber, isObject, T, typeOf } from '../bson/types';
import type { Env } from '../env';
import { badValue, typeMismatch } from '../errors';
import { KEEP, type Leaf, REMOVE } from './tree';

/** Makes the operator for one field from its argument; throws for a bad argument. */
export type MakeLeaf = (arg: unknown, path: string, env: Env) => Leaf;

const leaf = (apply: Leaf['apply']): Leaf => ({ kind: 'leaf', apply });
const changed = (old: unknown, v: unknown): unknown => (identical(old, v) ? KEEP : v);

const setLeaf: MakeLeaf = (arg) => leaf((old) => (old === undefined ? arg : changed(old, arg)));

const currentDate: MakeLeaf = (arg, path, env) => {
  let kind: unknown = arg;
  if (isObject(arg)) {
    const keys = Object.keys(arg);
    kind = arg['$type'];
    if (keys.some((k) => k !== '$type'))
      throw badValue(`Unrecognized $currentDate option: ${keys.join()}`);
    if (kind !== 'date' && kind !== 'timestamp') {
      throw badValue("The '$type' string field is required to be 'date' or 'timestamp'");
    }
  } else if (typeof arg !== 'boolean') {
    throw badValue(`${typeOf(arg)} is not valid type for $currentDate of '${path}'`);
  }
  return leaf(() =>
    kind === 'timestamp'
      ? new Timestamp({ t: Math.floor(env.now.getTime() / 1000), i: nextIncrement() })
      : new Date(env.now.getTime()),
  );
};

let increment = 0;
const nextIncrement = (): number => {
  increment = (increment % 0x7fffffff) + 1;
  return increment;
};

function arithmetic(op: 'add' | 'mul', name: string): MakeLeaf {
  return (arg, path) => {
    if (!isNumber(arg)) {
      throw typeMismatch(`Cannot ${name} with non-numeric argument: {${path}: ...}`);
    }
    return leaf((old) => {
      if (old === undefined) return op === 'add' ? arg : arith('mul', arg, new Int32(0));
      if (!isNumber(old)) {
        throw typeMismatch(`Cannot apply ${name} to a value of non-numeric type at '${path}'`);
      }
      const v = arith(op, old, arg, true);
      if (v === null)
        throw badValue(`Failed to apply ${name} operations to current value: overflow`);
      return changed(old, v);
    });
  };
}

const extreme =
  (sign: 1 | -1): MakeLeaf =>
  (arg) =>
    leaf((old) => (old === undefined || compare(arg, old) * sign > 0 ? arg : KEEP));

const BITS = {
  and: (a: bigint, b: bigint) => a & b,
  or: (a: bigint, b: bigint) => a | b,
  xor: (a: bigint, b: bigint) => a ^ b,
};

const bit: MakeLeaf = (arg, path) => {
  if (!isObject(arg)) throw badValue('The $bit modifier is not compatible with a non-object');
  const names = Object.keys(arg);
  if (names.length === 0) throw badValue('You must pass in at least one bitwise operation to $bit');
  for (const name of names) {
    if (!Object.hasOwn(BITS, name)) {
      throw badValue(`The $bit modifier only supports 'and', 'or', and 'xor', not '${name}'`);
    }
    const t = typeOf(arg[name]);
    if (t !== T.int && t !== T.long)
      throw badValue('The $bit modifier field must be an Integer(32/64 bit)');
  }
  return leaf((old) => {
    const t = typeOf(old);
    if (old !== undefined && t !== T.int && t !== T.long) {
      throw badValue(`Cannot apply $bit to a value of non-integral type at '${path}'`);
    }
    let v = old === undefined ? 0n : toBig(old);
    let wide = t === T.long;
    for (const name of names) {
      v = BITS[name as keyof typeof BITS](v, toBig(arg[name]));
      if (typeOf(arg[name]) === T.long) wide = true;
    }
    const result = wide ? Long.fromBigInt(v) : wholeBig(BigInt.asIntN(32, v));
    return old === undefined ? result : changed(old, result);
  });
};

const unset: MakeLeaf = () => leaf((old) => (old === undefined ? KEEP : REMOVE));

/** The operators on single fields. Those on arrays are in `arrays.ts`, `$rename` in `parse.ts`. */
export const FIELD_OPERATORS: Record<string, MakeLeaf> = {
  $set: setLeaf,
  $setOnInsert: (arg, path, env) => {
    const inner = setLeaf(arg, path, env);
    return leaf((old, ctx) => (ctx.isInsert ? inner.apply(old, ctx) : KEEP));
  },
  $unset: unset,
  $currentDate: currentDate,
  $inc: arithmetic('add', '$inc'),
  $mul: arithmetic('mul', '$mul'),
  $min: extreme(-1),
  $max: extreme(1),
  $bit: bit,
};

/** Where `$rename` takes its value from: objects only may lie on the way. */
export function renameSource(root: Doc, parts: string[]): unknown {
  let v: unknown = root;
  for (const part of parts) {
    if (Array.isArray(v)) {
      throw badValue(`The source field cannot be an array element, '${parts.join('.')}'`);
    }
    if (!isObject(v)) return undefined;
    v = own(v, part);
  }
  return v;
}

/** The target of `$rename` may not lie inside an array either. */
export function refuseArrayTarget(root: Doc, parts: string[]): void {
  let v: unknown = root;
  for (const part of parts) {
    if (Array.isArray(v)) {
      throw badValue(`The destination field cannot be an array element, '${parts.join('.')}'`);
    }
    v = isObject(v) ? own(v, part) : undefined;
  }
}

/** A whole number for `$slice`, `$position` and the like. */
export function integerOption(v: unknown, name: string): number {
  const n = exactInteger(v);
  if (n === undefined) throw badValue(`The value for ${name} must be an integer value`);
  return n;
}
