import type { Doc } from '../bson/codec';
import { exactInteger, toDouble } from '../bson/number';
import { isNumber, isObject, T, typeOf } from '../bson/types';
import type { Env } from '../env';
import { failedToParse, location } from '../errors';
import { addUnits, type Unit, unitOf } from './expressions/calendar';
import { compileExpression } from './expressions/index';

/** A sorted partition, as the functions see it. */
export interface Partition {
  docs: Doc[];
  /** The values of the first sort field; undefined where the documents are not sorted. */
  by: unknown[];
  /** Whether two documents stand at one place of the order. */
  same(i: number, k: number): boolean;
}

export interface WindowContext {
  env: Env;
  /** The number of sort fields. */
  sorted: number;
  /** Whether the first of them runs downwards. */
  descending: boolean;
}

export type Bounds = (p: Partition, i: number) => [number, number];

/** The window of each document as indexes, both ends inside. */
export function boundsOf(spec: unknown, { env, sorted, descending }: WindowContext): Bounds | null {
  if (spec === undefined) return null;
  if (!isObject(spec)) throw failedToParse("'window' field must be an object");
  for (const k of Object.keys(spec)) {
    if (!['documents', 'range', 'unit'].includes(k))
      throw failedToParse(
        `'window' field can only contain 'documents', 'range' and 'unit', not '${k}'`,
      );
  }
  const { documents, range, unit } = spec;
  if (documents !== undefined && range !== undefined)
    throw failedToParse("Window bounds can specify either 'documents' or 'range', not both.");
  if (range === undefined) {
    if (documents === undefined)
      throw failedToParse("'window' field must contain either 'documents' or 'range'");
    if (unit !== undefined)
      throw failedToParse("Window bounds can only specify 'unit' with range-based bounds.");
    const [lo, hi] = ends(documents, env, (v) => exactInteger(v));
    if ((lo !== null || hi !== null) && sorted === 0)
      throw location(5339901, 'Document-based bounds require a sortBy');
    return (p, i) => [
      lo === null ? 0 : Math.max(0, i + lo),
      hi === null ? p.docs.length - 1 : Math.min(p.docs.length - 1, i + hi),
    ];
  }
  if (sorted !== 1) throw location(5339902, 'Range-based bounds require sortBy a single field');
  const u = unit === undefined ? undefined : unitOf(unit, '$setWindowFields');
  const [lo, hi] = ends(range, env, (v) => (u ? exactInteger(v) : toDouble(v)));
  if (descending && (lo !== null || hi !== null))
    throw location(8947400, 'In a range-based window the sortBy must be ascending');
  return (p, i) => rangeAt(p, i, lo, hi, u);
}

/** A pair of bounds: null for "unbounded", 0 for "current". */
function ends(
  v: unknown,
  env: Env,
  number: (x: unknown) => number | undefined,
): [number | null, number | null] {
  if (!Array.isArray(v) || v.length !== 2)
    throw failedToParse('Window bounds must be a 2-element array');
  const [lo, hi] = v.map((x): number | null => {
    if (x === 'unbounded') return null;
    if (x === 'current') return 0;
    const bound = isObject(x) ? compileExpression(x, env)({}) : x;
    const n = isNumber(bound) ? number(bound) : undefined;
    if (n === undefined)
      throw failedToParse('Window bounds must be numbers, "unbounded" or "current"');
    return n;
  }) as [number | null, number | null];
  if (lo !== null && hi !== null && lo > hi)
    throw location(5339900, 'Lower bound must not exceed upper bound');
  return [lo, hi];
}

function rangeAt(
  p: Partition,
  i: number,
  lo: number | null,
  hi: number | null,
  unit: Unit | undefined,
): [number, number] {
  const at = p.by[i];
  const date = typeOf(at) === T.date;
  if (unit ? !date : !isNumber(at)) {
    throw location(
      unit ? 5429513 : 5429414,
      unit
        ? 'Invalid range: Expected the sortBy field to be a Date'
        : 'Invalid range: Expected the sortBy field to be a number',
    );
  }
  const edge = (n: number): number =>
    unit ? addUnits(at as Date, unit, n, () => 0).getTime() : toDouble(at) + n;
  const value = (k: number): number => {
    const v = p.by[k];
    if (typeOf(v) === T.date) return unit ? (v as Date).getTime() : Number.NaN;
    return isNumber(v) && !unit ? toDouble(v) : Number.NaN;
  };
  const low = lo === null ? 0 : first(p.docs.length, (k) => value(k) >= edge(lo));
  const high = hi === null ? p.docs.length : first(p.docs.length, (k) => value(k) > edge(hi));
  return [low, high - 1];
}

/** The first index at which a test, false before and true after, becomes true. */
function first(n: number, test: (k: number) => boolean): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (test(mid)) high = mid;
    else low = mid + 1;
  }
  return low;
}
