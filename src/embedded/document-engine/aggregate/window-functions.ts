import type { Doc } from '../bson/codec';
import { double, exactInteger, int, toDouble } from '../bson/number';
import { isNullish, isNumber, isObject, T, typeOf } from '../bson/types';
import { failedToParse, location, typeMismatch } from '../errors';
import type { Accumulator } from './accumulators';
import { FIXED, unitOf } from './expressions/calendar';
import { type Evaluate, named } from './expressions/common';
import { compileExpression } from './expressions/index';
import { compileAccumulator } from './group-accumulators';
import { type Bounds, boundsOf, type Partition, type WindowContext } from './window-bounds';

/** Works out one output field for every document of a partition; it yields so that others are served. */
export type WindowFunction = (p: Partition) => Column;
type Column = Generator<void, unknown[]>;

function* column(n: number, fn: (i: number) => unknown): Column {
  const out = new Array<unknown>(n);
  for (let i = 0; i < n; i++) {
    out[i] = fn(i);
    if ((i & 15) === 15) yield;
  }
  return out;
}

/** Compiles `{ $sum: …, window: … }`. */
export function compileWindowFunction(spec: unknown, context: WindowContext): WindowFunction {
  if (!isObject(spec)) throw failedToParse('The field of a window output must be an object');
  const ops = Object.keys(spec).filter((k) => k !== 'window');
  const op = ops[0];
  if (op === undefined || ops.length > 1 || !op.startsWith('$'))
    throw failedToParse('Expected a single $-prefixed window function');
  const arg = spec[op];
  if (op === '$derivative' && !Object.hasOwn(spec, 'window'))
    throw failedToParse(`${op} requires explicit window bounds`);
  const fixed = FIXED_FUNCTIONS[op];
  if (fixed) {
    if (Object.hasOwn(spec, 'window')) {
      const message = `${op} does not accept a 'window' field`;
      throw RANKS.has(op) ? location(5371601, message) : failedToParse(message);
    }
    return fixed(arg, context, op);
  }
  const bounds = boundsOf(spec['window'], context);
  const framed = FRAMED_FUNCTIONS[op];
  if (framed) return overFrames(framed(arg, context, op), bounds);
  const excluded = op === '$mergeObjects' || op === '$accumulator';
  const accumulator = excluded ? null : compileAccumulator(op, arg, context.env);
  if (!accumulator) throw failedToParse(`Unrecognized window function, ${op}`);
  return accumulate(accumulator.input, accumulator.make, bounds);
}

const settled = (v: unknown): unknown => (Array.isArray(v) ? [...v] : v);

/** An accumulator over each window; where windows begin together, it goes on instead of anew. */
function accumulate(
  input: Evaluate,
  make: () => Accumulator,
  bounds: Bounds | null,
): WindowFunction {
  return function* (p) {
    const n = p.docs.length;
    const values = yield* column(n, (i) => input(p.docs[i] as Doc));
    let acc = make();
    if (!bounds) {
      yield* column(n, (i) => acc.add(values[i]));
      return new Array(n).fill(acc.value());
    }
    let from = 0;
    let to = -1;
    return yield* column(n, (i) => {
      const [lo, hi] = bounds(p, i);
      if (lo !== from || hi < to) {
        acc = make();
        from = lo;
        to = lo - 1;
      }
      while (to < hi) acc.add(values[++to]);
      return settled(acc.value());
    });
  };
}

type Framed = (p: Partition, lo: number, hi: number) => unknown;

const overFrames = (fn: Framed, bounds: Bounds | null): WindowFunction =>
  function* (p) {
    const n = p.docs.length;
    if (!bounds) return new Array(n).fill(fn(p, 0, n - 1));
    return yield* column(n, (i) => {
      const [lo, hi] = bounds(p, i);
      return lo > hi ? null : fn(p, lo, hi);
    });
  };

type MakeFixed = (arg: unknown, context: WindowContext, op: string) => WindowFunction;
type MakeFramed = (arg: unknown, context: WindowContext, op: string) => Framed;

function ranking(next: (before: number, place: number, same: boolean) => number): MakeFixed {
  return (arg, { sorted }, op) => {
    if (!isObject(arg) || Object.keys(arg).length > 0)
      throw location(5371603, `${op} does not accept arguments`);
    if (sorted !== 1)
      throw location(
        5371602,
        `${op} must be specified with a top level sortBy expression with exactly one element`,
      );
    return (p) => {
      let rank = 0;
      return column(p.docs.length, (i) => {
        rank = next(rank, i + 1, i > 0 && p.same(i - 1, i));
        return int(rank);
      });
    };
  };
}

const shift: MakeFixed = (arg, { env, sorted }, op) => {
  const given = named(arg, op, ['output', 'by'], ['default'], 9);
  if (sorted === 0) throw failedToParse(`${op} requires a sortBy`);
  const by = isNumber(given['by']) ? exactInteger(given['by']) : undefined;
  if (by === undefined) throw failedToParse(`${op} requires 'by' to be an integer`);
  const output = compileExpression(given['output'], env);
  const otherwise = Object.hasOwn(given, 'default')
    ? compileExpression(given['default'], env)({})
    : null;
  return (p) =>
    column(p.docs.length, (i) => {
      const other = p.docs[i + by];
      if (!other) return otherwise ?? null;
      return output(other) ?? null;
    });
};

const expMovingAvg: MakeFixed = (arg, { env, sorted }, op) => {
  if (!isObject(arg)) throw failedToParse(`${op} must have exactly one argument that is an object`);
  if (sorted === 0) throw failedToParse(`${op} requires an explicit 'sortBy'`);
  const { input, N, alpha } = arg;
  for (const k of Object.keys(arg))
    if (!['input', 'N', 'alpha'].includes(k))
      throw failedToParse(`${op} got unrecognized field: ${k}`);
  if ((N === undefined) === (alpha === undefined) || input === undefined)
    throw failedToParse(`${op} needs 'input' and one of 'N' and 'alpha'`);
  const n = N === undefined ? undefined : isNumber(N) ? exactInteger(N) : undefined;
  if (N !== undefined && (n === undefined || n <= 0))
    throw failedToParse(`'N' field must be an integer greater than zero`);
  const a = n === undefined ? (isNumber(alpha) ? toDouble(alpha) : Number.NaN) : 2 / (n + 1);
  if (!(a > 0 && (n !== undefined || a < 1)))
    throw failedToParse("'alpha' must be between 0 and 1 (exclusive)");
  const value = compileExpression(input, env);
  return (p) => {
    let mean: number | undefined;
    return column(p.docs.length, (i) => {
      const v = value(p.docs[i] as Doc);
      if (isNumber(v)) mean = mean === undefined ? toDouble(v) : toDouble(v) * a + mean * (1 - a);
      return mean === undefined ? null : double(mean);
    });
  };
};

const locf: MakeFixed = (arg, { env }) => {
  const value = compileExpression(arg, env);
  return (p) => {
    let last: unknown = null;
    return column(p.docs.length, (i) => {
      const v = value(p.docs[i] as Doc);
      if (!isNullish(v)) last = v;
      return last;
    });
  };
};

/** A place on the line: a number, or a date in milliseconds. */
function position(v: unknown): number {
  if (typeOf(v) === T.date) return (v as Date).getTime();
  if (isNumber(v)) return toDouble(v);
  throw location(605001, 'the sortBy field must be numeric or a date');
}

const linearFill: MakeFixed = (arg, { env, sorted }, op) => {
  if (sorted !== 1) throw location(605001, `${op} requires a single field in sortBy`);
  const value = compileExpression(arg, env);
  return function* (p) {
    const values = yield* column(p.docs.length, (i) => value(p.docs[i] as Doc) ?? null);
    const known = values.flatMap((v, i) => (v === null ? [] : [i]));
    for (const i of known)
      if (!isNumber(values[i]))
        throw location(605002, 'Value to be filled must be numeric or nullish');
    let next = 0;
    return yield* column(values.length, (i) => {
      const v = values[i];
      if (v !== null) return v;
      while (next < known.length && (known[next] as number) < i) next += 1;
      const a = known[next - 1];
      const b = known[next];
      if (a === undefined || b === undefined) return null;
      const [x0, x, x1] = [a, i, b].map((k) => position(p.by[k])) as [number, number, number];
      const y0 = toDouble(values[a]);
      return double(y0 + ((toDouble(values[b]) - y0) * (x - x0)) / (x1 - x0));
    });
  };
};

const RANKS = new Set(['$rank', '$denseRank', '$documentNumber']);

/** The functions that have no window of their own. */
const FIXED_FUNCTIONS: Record<string, MakeFixed | undefined> = {
  $rank: ranking((before, place, same) => (same ? before : place)),
  $denseRank: ranking((before, _place, same) => (same ? before : before + 1)),
  $documentNumber: ranking((_before, place) => place),
  $shift: shift,
  $expMovingAvg: expMovingAvg,
  $locf: locf,
  $linearFill: linearFill,
};

/** `input` and `unit` of `$derivative` and `$integral`, and the distance on the line in that unit. */
function curve(arg: unknown, { env, sorted }: WindowContext, op: string) {
  const given = named(arg, op, ['input'], ['unit'], 9);
  if (sorted !== 1) throw failedToParse(`${op} requires a sortBy of one field`);
  const unit = given['unit'] === undefined ? undefined : unitOf(given['unit'], op);
  const ms =
    unit === undefined
      ? 1
      : (FIXED[unit] ?? { week: 604_800_000, day: 86_400_000 }[unit as string]);
  if (ms === undefined) throw failedToParse(`${op}: unit must be 'week' or smaller`);
  const at = (v: unknown): number => {
    const date = typeOf(v) === T.date;
    if (date !== (unit !== undefined))
      throw typeMismatch(`${op} needs a unit with dates, and none with numbers`);
    return position(v) / ms;
  };
  return { input: compileExpression(given['input'], env), at };
}

const derivative: MakeFramed = (arg, context, op) => {
  const { input, at } = curve(arg, context, op);
  return (p, lo, hi) => {
    if (lo === hi) return null;
    const a = input(p.docs[lo] as Doc);
    const b = input(p.docs[hi] as Doc);
    const dx = at(p.by[hi]) - at(p.by[lo]);
    if (isNullish(a) || isNullish(b) || dx === 0) return null;
    if (!isNumber(a) || !isNumber(b)) throw typeMismatch(`${op} needs numbers`);
    return double((toDouble(b) - toDouble(a)) / dx);
  };
};

const integral: MakeFramed = (arg, context, op) => {
  const { input, at } = curve(arg, context, op);
  return (p, lo, hi) => {
    let sum = 0;
    for (let i = lo + 1; i <= hi; i++) {
      const a = input(p.docs[i - 1] as Doc);
      const b = input(p.docs[i] as Doc);
      if (!isNumber(a) || !isNumber(b)) continue;
      sum += ((toDouble(a) + toDouble(b)) / 2) * (at(p.by[i]) - at(p.by[i - 1]));
    }
    return double(sum);
  };
};

const covariance =
  (sample: boolean): MakeFramed =>
  (arg, { env }, op) => {
    if (!Array.isArray(arg) || arg.length !== 2) throw failedToParse(`${op} takes two expressions`);
    const [x, y] = arg.map((e) => compileExpression(e, env)) as [Evaluate, Evaluate];
    return (p, lo, hi) => {
      const points = p.docs.slice(lo, hi + 1).flatMap((doc) => {
        const a = x(doc);
        const b = y(doc);
        return isNumber(a) && isNumber(b) ? [[toDouble(a), toDouble(b)] as const] : [];
      });
      const n = points.length;
      const d = sample ? n - 1 : n;
      if (d <= 0) return null;
      const mx = points.reduce((s, [a]) => s + a, 0) / n;
      const my = points.reduce((s, [, b]) => s + b, 0) / n;
      return double(points.reduce((s, [a, b]) => s + (a - mx) * (b - my), 0) / d);
    };
  };

const FRAMED_FUNCTIONS: Record<string, MakeFramed | undefined> = {
  $derivative: derivative,
  $integral: integral,
  $covariancePop: covariance(false),
  $covarianceSamp: covariance(true),
};
