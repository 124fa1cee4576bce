import type { Doc } from '../bson/codec';
import { isObject } from '../bson/types';
import type { Env } from '../env';
import { failedToParse, location, notImplemented } from '../errors';
import { compileSort } from '../sort';
import { type Accumulator, insertSorted, Several, SIMPLE } from './accumulators';
import { type Evaluate, named } from './expressions/common';
import { compileExpression } from './expressions/index';
import { countOf, percentiles } from './expressions/lists';

/** An accumulator ready for a group: what it takes of each document, and how one begins. */
export interface GroupAccumulator {
  input: Evaluate;
  /** Begins one; a count may depend on the group's `_id`. */
  make(id?: unknown): Accumulator;
}

/** The `n` of `$topN`, `$firstN` and their kin: a number, or an expression over the group's `_id`. */
function counter(spec: unknown, env: Env): (id: unknown) => number {
  const evaluate = compileExpression(spec, env);
  if (isObject(spec) || (typeof spec === 'string' && spec.startsWith('$')))
    return (id) => countOf(evaluate(isObject(id) ? id : {}));
  const n = countOf(spec);
  return () => n;
}

interface Ranked {
  key: unknown[];
  v: unknown;
}

/** The n first by an order (`$topN`) or, with the order turned round, the n last. */
class Top implements Accumulator {
  private readonly items: Ranked[] = [];
  constructor(
    private readonly order: (a: Ranked, b: Ranked) => number,
    private readonly n: number,
    private readonly bottom: boolean,
    private readonly single: boolean,
  ) {}
  add(v: unknown): void {
    if (!this.bottom) {
      insertSorted(this.items, v as Ranked, this.order, this.n);
      return;
    }
    // The last n: what comes later stands later among equals.
    this.items.push(v as Ranked);
    if (this.items.length > Math.max(64, this.n * 2)) this.trim();
  }
  private trim(): void {
    this.items.sort(this.order);
    this.items.splice(0, Math.max(0, this.items.length - this.n));
  }
  value(): unknown {
    if (this.bottom) this.trim();
    const values = this.items.map(({ v }) => (v === undefined ? null : v));
    return this.single ? (values[0] ?? null) : values;
  }
}

/** Compiles `{ $sum: … }` and its like. `env` gives the variables. */
export function compileAccumulator(op: string, arg: unknown, env: Env): GroupAccumulator | null {
  const simple = Object.hasOwn(SIMPLE, op) ? SIMPLE[op] : undefined;
  if (simple) {
    if (op === '$count' && !(isObject(arg) && Object.keys(arg).length === 0)) {
      throw failedToParse('$count takes no arguments, i.e. $count:{}');
    }
    if (Array.isArray(arg) && arg.length !== 1 && op !== '$push' && op !== '$addToSet') {
      throw location(40237, `The ${op} accumulator is a unary operator`);
    }
    const only =
      Array.isArray(arg) && arg.length === 1 && op !== '$push' && op !== '$addToSet' ? arg[0] : arg;
    return { input: op === '$count' ? () => 1 : compileExpression(only, env), make: simple };
  }
  switch (op) {
    case '$firstN':
    case '$lastN':
    case '$minN':
    case '$maxN': {
      const given = named(arg, op, ['n', 'input'], [], 5787900);
      const n = counter(given['n'], env);
      const input = compileExpression(given['input'], env);
      return { input, make: (id) => new Several(op, n(id)) };
    }
    case '$top':
    case '$bottom':
    case '$topN':
    case '$bottomN':
      return ranked(op, arg, env);
    case '$median':
    case '$percentile':
      return percentiles(op, arg, env, compileExpression);
    case '$accumulator':
      throw notImplemented(op);
    default:
      return null;
  }
}

function ranked(op: string, arg: unknown, env: Env): GroupAccumulator {
  const single = op === '$top' || op === '$bottom';
  const given = named(
    arg,
    op,
    single ? ['sortBy', 'output'] : ['n', 'sortBy', 'output'],
    [],
    5788002,
  );
  const by = given['sortBy'];
  if (!isObject(by)) throw location(10065, 'invalid parameter: expected an object (sortBy)');
  if (Object.keys(by).length === 0)
    throw location(9657900, `${op} needs a sortBy that is not empty`);
  const sorter = compileSort(by);
  const n = single ? () => 1 : counter(given['n'], env);
  const output = compileExpression(given['output'], env);
  const order = (a: Ranked, b: Ranked) => sorter.compareKeys(a.key, b.key);
  return {
    input: (root: Doc): Ranked => ({ key: sorter.key(root), v: output(root) }),
    make: (id) => new Top(order, n(id), op.startsWith('$bottom'), single),
  };
}
