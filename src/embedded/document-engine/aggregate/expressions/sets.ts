import { compare, hashKey } from '../../bson/compare';
import { isNullish } from '../../bson/types';
import { location } from '../../errors';
import { isTruthy, type Make, nary, type Operators, operands } from './common';

const ANY = Number.POSITIVE_INFINITY;

const sorted = (values: Iterable<unknown>): unknown[] => [...values].sort(compare);

/** The arguments of a set operator as lists of keys and values; null where one is null. */
function sets(args: unknown[], op: string): Map<string, unknown>[] | null {
  const out: Map<string, unknown>[] = [];
  for (const a of args) {
    if (isNullish(a)) return null;
    if (!Array.isArray(a)) throw location(17043, `All operands of ${op} must be arrays`);
    const set = new Map<string, unknown>();
    for (const v of a) {
      const key = hashKey(v);
      if (!set.has(key)) set.set(key, v);
    }
    out.push(set);
  }
  return out;
}

const setOf = (op: string, fn: (all: Map<string, unknown>[]) => Iterable<unknown>): Make =>
  nary(0, ANY, (args) => {
    const all = sets(args, op);
    return all && [...fn(all)];
  });

/** Set comparisons do not take null. */
const setTest = (op: string, min: number, fn: (all: Map<string, unknown>[]) => boolean): Make =>
  nary(min, min === 2 && op === '$setIsSubset' ? 2 : ANY, (args) => {
    const all = sets(args, op);
    if (!all) throw location(17046, `both operands of ${op} must be arrays`);
    return fn(all);
  });

const elements =
  (op: string, fn: (items: unknown[]) => boolean): Make =>
  (arg, env, compile) => {
    const e = compile(operands(arg, 1, 1, op)[0], env);
    return (root) => {
      const v = e(root);
      if (!Array.isArray(v)) throw location(17040, `${op}'s argument must be an array`);
      return fn(v);
    };
  };

/** Arrays taken as sets. */
export const SETS: Operators = {
  $allElementsTrue: elements('$allElementsTrue', (items) => items.every(isTruthy)),
  $anyElementTrue: elements('$anyElementTrue', (items) => items.some(isTruthy)),
  $setUnion: setOf('$setUnion', (all) => {
    const union = new Map<string, unknown>();
    for (const set of all) for (const [k, v] of set) if (!union.has(k)) union.set(k, v);
    return sorted(union.values());
  }),
  $setIntersection: setOf('$setIntersection', ([first, ...rest]) =>
    sorted([...(first ?? [])].filter(([k]) => rest.every((s) => s.has(k))).map(([, v]) => v)),
  ),
  $setDifference: nary(2, 2, (args) => {
    const [a, b] = args.some(isNullish) ? [] : (sets(args, '$setDifference') ?? []);
    return a ? [...a].filter(([k]) => !b?.has(k)).map(([, v]) => v) : null;
  }),
  $setEquals: setTest('$setEquals', 2, ([first, ...rest]) =>
    rest.every((s) => s.size === first?.size && [...s.keys()].every((k) => first.has(k))),
  ),
  $setIsSubset: setTest('$setIsSubset', 2, ([a, b]) =>
    [...(a ?? new Map()).keys()].every((k) => b?.has(k)),
  ),
};
