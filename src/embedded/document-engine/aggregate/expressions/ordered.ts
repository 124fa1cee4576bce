import { compare } from '../../bson/compare';
import { exactLong, int, toDouble } from '../../bson/number';
import { isNullish, isNumber, isObject } from '../../bson/types';
import { location } from '../../errors';
import { compileSort } from '../../sort';
import { type Make, named, type Operators } from './common';

/** The order that a `sortBy` asks for: 1, -1 or the fields of documents. */
function orderBy(by: unknown): (a: unknown, b: unknown) => number {
  if (isNumber(by)) {
    const way = toDouble(by);
    if (way !== 1 && way !== -1)
      throw location(2942503, 'The $sort element value must be either 1 or -1');
    return (a, b) => compare(a, b) * way;
  }
  if (!isObject(by)) throw location(2942507, 'sortBy must be 1, -1 or a document');
  const sorter = compileSort(by);
  return (a, b) => sorter.compare(isObject(a) ? a : {}, isObject(b) ? b : {});
}

const sortArray: Make = (arg, env, compile, op) => {
  const given = named(arg, op, ['input', 'sortBy'], [], 2942500);
  const order = orderBy(given['sortBy']);
  const input = compile(given['input'], env);
  return (root) => {
    const items = input(root);
    if (isNullish(items)) return null;
    if (!Array.isArray(items))
      throw location(2942504, 'The input argument to $sortArray must be an array');
    return [...items].sort(order);
  };
};

/** `$top`, `$bottom`, `$topN` and `$bottomN` of an array; without `sortBy` its values' own order. */
const ranked =
  (single: boolean, bottom: boolean): Make =>
  (arg, env, compile, op) => {
    const given = named(arg, op, single ? ['input'] : ['n', 'input'], ['sortBy'], 7212117);
    const order = orderBy(given['sortBy'] ?? int(1));
    const input = compile(given['input'], env);
    const count = compile(single ? int(1) : given['n'], env);
    return (root) => {
      const [items, n] = [input(root), count(root)];
      if (isNullish(items) || isNullish(n)) return null;
      if (!Array.isArray(items)) throw location(721215, `The input of ${op} must be an array`);
      const most = isNumber(n) ? exactLong(n) : undefined;
      if (most === undefined) throw location(721214, `The 'n' of ${op} must be an integer`);
      if (most < 0n) throw location(721216, `${op} requires 'n' to be non-negative`);
      const sorted = [...items].sort(order);
      const from = bottom ? Math.max(0, sorted.length - Number(most)) : 0;
      const kept = sorted.slice(from, from + Number(most));
      return single ? (kept[0] ?? null) : kept;
    };
  };

/** Arrays in an order. */
export const ORDERED: Operators = {
  $sortArray: sortArray,
  $top: ranked(true, false),
  $bottom: ranked(true, true),
  $topN: ranked(false, false),
  $bottomN: ranked(false, true),
};
