import { exactLong, toDouble } from '../../bson/number';
import { isNullish, isNumber } from '../../bson/types';
import type { Env } from '../../env';
import { badValue, location } from '../../errors';
import { PERCENTILE_METHODS, Percentiles, Several, SIMPLE } from '../accumulators';
import { type Compile, type Make, named, type Operators, unary, withNamed } from './common';

/** An accumulator over the operands, or over the one array that the only operand is. */
const over =
  (name: string): Make =>
  (arg, env, compile) => {
    const list = (Array.isArray(arg) ? arg : [arg]).map((x) => compile(x, env));
    const make = SIMPLE[name] as () => { add(v: unknown): void; value(): unknown };
    return (root) => {
      const acc = make();
      const only = list.length === 1 ? list[0]?.(root) : undefined;
      if (Array.isArray(only)) for (const v of only) acc.add(v);
      else if (list.length === 1) acc.add(only);
      else for (const e of list) acc.add(e(root));
      return acc.value();
    };
  };

const ofArray = (op: string, pick: (items: unknown[]) => unknown): Make =>
  unary((v) => {
    if (isNullish(v)) return null;
    if (!Array.isArray(v)) throw location(28689, `${op}'s argument must be an array`);
    return pick(v);
  });

/** The count of `$firstN` and its kin: a whole number above zero. */
export function countOf(v: unknown): number {
  const n = isNumber(v) ? exactLong(v) : undefined;
  if (n === undefined || n <= 0n)
    throw location(5787908, "Value for 'n' must be a positive integer");
  return Number(n);
}

const several = (op: string): Make =>
  withNamed(['n', 'input'], [], ({ n, input }) => {
    const count = countOf(n);
    if (!Array.isArray(input)) throw location(5788200, 'Input must be an array');
    const acc = new Several(op, count);
    for (const v of input) acc.add(v);
    return acc.value();
  });

/** The `p` of `$percentile`: numbers from 0 to 1. */
function fractions(v: unknown): number[] {
  const list = Array.isArray(v) ? v : [];
  const p = list.map((x) => (isNumber(x) ? toDouble(x) : Number.NaN));
  if (p.length === 0 || !p.every((x) => x >= 0 && x <= 1)) {
    throw location(7750301, "The 'p' field must be a non-empty array of numbers from [0.0, 1.0]");
  }
  return p;
}

/** `$percentile` and `$median`: what they take, and what makes one. */
export function percentiles(op: string, arg: unknown, env: Env, compile: Compile) {
  const median = op === '$median';
  const given = named(arg, op, median ? ['input', 'method'] : ['input', 'p', 'method'], []);
  const { method } = given;
  if (!PERCENTILE_METHODS.includes(String(method)))
    throw badValue(`The 'method' of ${op} must be one of ${PERCENTILE_METHODS.join(', ')}`);
  const p = median ? [0.5] : fractions(compile(given['p'], env)({}));
  return {
    input: compile(given['input'], env),
    make: () => new Percentiles(p, median, method),
  };
}

const percentile =
  (op: string): Make =>
  (arg, env, compile) => {
    const { input, make } = percentiles(op, arg, env, compile);
    return (root) => {
      const acc = make();
      const v = input(root);
      for (const x of Array.isArray(v) ? v : [v]) acc.add(x);
      return acc.value();
    };
  };

/** The accumulators as expressions over a list. */
export const LISTS: Operators = {
  $sum: over('$sum'),
  $avg: over('$avg'),
  $min: over('$min'),
  $max: over('$max'),
  $stdDevPop: over('$stdDevPop'),
  $stdDevSamp: over('$stdDevSamp'),
  $mergeObjects: over('$mergeObjects'),
  $first: ofArray('$first', (items) => items[0]),
  $last: ofArray('$last', (items) => items[items.length - 1]),
  $firstN: several('$firstN'),
  $lastN: several('$lastN'),
  $minN: several('$minN'),
  $maxN: several('$maxN'),
  $median: percentile('$median'),
  $percentile: percentile('$percentile'),
};
