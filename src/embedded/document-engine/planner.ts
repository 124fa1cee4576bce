import {
  type Analysis,
  analyse,
  EVERYTHING,
  type Interval,
  intersect,
  inverted,
  within,
} from './bounds';
import { type Doc, nameOf } from './bson/codec';
import type { Key } from './bson/keystring';
import { isNumber, isObject } from './bson/types';
import type { Collection } from './catalog';
import { type Candidate, choose, type IndexScan, type KeyRange } from './choose';
import { badValue } from './errors';
import { END, type Index } from './indexes';
import type { Reader } from './store';

export type { IndexScan } from './choose';

/** How the documents of a query are reached. */
export type Access =
  | IndexScan
  | { kind: 'collection'; reverse: boolean }
  | { kind: 'or'; branches: IndexScan[] }
  | { kind: 'nothing' };

export interface Plan {
  access: Access;
  /** The access gives the order that was asked for. */
  sorted: boolean;
}

export interface PlanRequest {
  filter: Doc;
  sort?: Doc | undefined;
  skip?: number | undefined;
  limit?: number | undefined;
  hint?: unknown;
}

const MOST_RANGES = 1000;

/** Chooses an index by what its bounds leave, measured by counting, and by the order that it gives. */
export function plan(
  collection: Collection | undefined,
  request: PlanRequest,
  view: { reader(): Reader; sequence(): number },
): Plan {
  const sort = request.sort && Object.keys(request.sort).length > 0 ? request.sort : undefined;
  if (!collection) return { access: { kind: 'nothing' }, sorted: true };
  const natural = naturalOrder(request.hint, sort);
  if (natural !== 0)
    return {
      access: { kind: 'collection', reverse: natural < 0 },
      sorted: !sort || '$natural' in sort,
    };
  const analysis = analyse(request.filter);
  const reader = view.reader();
  const usable = collection.indexes.filter(
    (index) => !index.inert && !index.hidden && index.since <= view.sequence(),
  );
  const hinted = request.hint === undefined ? null : hintedIndex(collection, request.hint);
  const list: Candidate[] = [];
  for (const index of hinted ? [hinted] : usable) {
    const one = candidate(index, analysis, sort, hinted !== null);
    if (one) list.push(one);
  }
  const wanted = (request.limit || Number.POSITIVE_INFINITY) + (request.skip ?? 0);
  const best = choose(list, sort !== undefined, wanted, reader, hinted !== null);
  if (best && (best.equal > 0 || best.ranged || hinted)) return result(best, sort);
  const union = unionOf(usable, analysis, request.filter);
  if (union) return { access: union, sorted: sort === undefined };
  if (best) return result(best, sort);
  return { access: { kind: 'collection', reverse: false }, sorted: sort === undefined };
}

const result = (best: Candidate, sort: Doc | undefined): Plan => ({
  access: best.scan,
  sorted: sort === undefined || best.sorted,
});

function naturalOrder(hint: unknown, sort: Doc | undefined): number {
  if (sort && '$natural' in sort && Object.keys(sort).length > 1)
    throw badValue('$natural sort cannot be set to a value other than -1 or 1, nor combined');
  const asked = (v: unknown): number =>
    typeof v === 'object' && v !== null && Object.hasOwn(v, '$natural')
      ? Number((v as Doc)['$natural'])
      : 0;
  return asked(hint) || asked(sort);
}

function hintedIndex(collection: Collection, hint: unknown): Index {
  const wanted = JSON.stringify(directions(hint));
  const found = collection.indexes.find((index) =>
    typeof hint === 'string'
      ? index.spec.name === hint
      : JSON.stringify(directions(index.spec.key)) === wanted,
  );
  if (!found || found.hidden)
    throw badValue('error processing query: planner returned error: bad hint');
  return found;
}

const directions = (key: unknown): [string, unknown][] =>
  typeof key === 'object' && key !== null
    ? Object.entries(key).map(([k, v]) => [k, typeof v === 'string' ? v : Number(v)])
    : [];

function candidate(
  index: Index,
  analysis: Analysis,
  sort: Doc | undefined,
  forced: boolean,
): Candidate | null {
  if (index.partial !== null && !forced && !implied(index, analysis)) return null;
  const perField: Interval[][] = [];
  const bounds: Interval[][] = [];
  let equal = 0;
  let ranged = false;
  let open = true;
  let needed = false;
  let exact = analysis.exact && !index.cut;
  const used = new Set<string>();
  for (const [i, field] of index.fields.entries()) {
    const predicates = analysis.fields.get(field.path);
    if (!predicates || !open) {
      open = false;
      bounds.push([EVERYTHING]);
      exact &&= !index.multikey.has(i);
      continue;
    }
    const all = index.multikey.has(i) ? best(predicates) : intersect(predicates);
    const intervals = field.descending ? all.intervals.map(inverted).reverse() : all.intervals;
    if (size(perField) * Math.max(1, intervals.length) > MOST_RANGES) {
      open = false;
      bounds.push([EVERYTHING]);
      continue;
    }
    if (index.multikey.has(i)) exact &&= isOneElement(field.parts, predicates);
    used.add(field.path);
    needed ||= all.needsField;
    perField.push(intervals);
    bounds.push(intervals);
    const everything = all.intervals.includes(EVERYTHING);
    if (all.intervals.every((interval) => interval.point !== null)) equal++;
    else {
      open = false;
      ranged ||= !everything;
    }
  }
  if (index.sparse && !needed && !forced) return null;
  if (analysis.fields.size > used.size) exact = false;
  const order = sort ? orderOf(index, perField, sort) : 0;
  if (equal === 0 && !ranged && order === 0 && !forced) return null;
  const lookups = index.unique && equal === index.fields.length ? lookupsOf(index, perField) : null;
  const ranges = lookups ? [] : rangesOf(index, perField);
  if (order < 0) (lookups ?? ranges).reverse();
  return {
    scan: { kind: 'index', index, ranges, lookups, reverse: order < 0, bounds, exact },
    equal,
    ranged,
    sorted: order !== 0,
    whole: lookups !== null,
  };
}

/** `{ tags: 'a' }`: the entries under `a` are the documents whose array holds it, each once. */
const isOneElement = (parts: string[], predicates: Parameters<typeof intersect>[0]): boolean => {
  const [only, ...others] = predicates;
  const [interval, ...further] = only?.intervals ?? [];
  return parts.length === 1 && others.length + further.length === 0 && interval?.point != null;
};

const size = (perField: Interval[][]): number => perField.reduce((n, list) => n * list.length, 1);

/** Of several predicates on a field with arrays only one can bound the scan. */
function best(predicates: Parameters<typeof intersect>[0]): ReturnType<typeof intersect> {
  const points = predicates.find((p) => p.intervals.every((interval) => interval.point !== null));
  const ranged = predicates.find((p) => !p.intervals.includes(EVERYTHING));
  return points ?? ranged ?? intersect(predicates.slice(0, 1));
}

function lookupsOf(index: Index, perField: Interval[][]): Key[] {
  let keys: Key[] = [index.prefix];
  for (const intervals of perField)
    keys = keys.flatMap((key) => intervals.map(({ point }) => key + (point ?? '')));
  return keys.map((key) => key + END);
}

function rangesOf(index: Index, perField: Interval[][]): KeyRange[] {
  let prefixes: Key[] = [index.prefix];
  for (const [i, intervals] of perField.entries()) {
    const points = intervals.map((interval) => interval.point);
    if (i === perField.length - 1 || points.includes(null))
      return prefixes.flatMap((prefix) =>
        intervals.map(({ low, high }) => ({ low: prefix + low, high: prefix + high })),
      );
    prefixes = prefixes.flatMap((prefix) => points.map((key) => prefix + (key ?? '')));
  }
  return prefixes.map((prefix) => ({ low: prefix, high: `${prefix}\xff` }));
}

/** 1 where a forward scan gives the order, -1 where a backward scan does, 0 where neither. */
function orderOf(index: Index, perField: Interval[][], sort: Doc): -1 | 0 | 1 {
  if (index.cut) return 0;
  const fixed = new Set<string>();
  for (const [i, intervals] of perField.entries()) {
    const path = index.fields[i]?.path;
    if (
      path !== undefined &&
      intervals.length === 1 &&
      intervals[0]?.point != null &&
      !index.multikey.has(i)
    )
      fixed.add(path);
  }
  const skippable = (i: number): boolean => {
    const intervals = perField[i];
    return intervals !== undefined && intervals.length === 1 && intervals[0]?.point != null;
  };
  let direction = 0;
  let position = 0;
  for (const key of Object.keys(sort)) {
    const wanted = sort[key];
    const path = nameOf(key);
    if (!isNumber(wanted)) return 0;
    if (fixed.has(path)) continue;
    while (position < index.fields.length && index.fields[position]?.path !== path) {
      if (!skippable(position)) return 0;
      position++;
    }
    const field = index.fields[position];
    if (!field) return 0;
    if (index.multikey.has(position) && (perField[position] ?? [EVERYTHING])[0] !== EVERYTHING)
      return 0;
    const same = Number(wanted) > 0 === !field.descending ? 1 : -1;
    if (direction !== 0 && direction !== same) return 0;
    direction = same;
    position++;
  }
  return direction === -1 ? -1 : 1;
}

/** Whether every document that matches the filter is in a partial index. */
function implied(index: Index, analysis: Analysis): boolean {
  const expression = index.spec['partialFilterExpression'] as Doc;
  const wanted = analyse(expression);
  if (wanted.ors.length > 0) return false;
  const paths = [...wanted.fields.keys()];
  if (paths.length === 0 || !everyPartKnown(expression)) return false;
  return paths.every((path) => {
    const given = analysis.fields.get(path);
    const needed = wanted.fields.get(path) ?? [];
    if (!given) return false;
    return needed.every((need) =>
      given.some((have) =>
        need.intervals.includes(EVERYTHING)
          ? have.needsField
          : within(have.intervals, need.intervals),
      ),
    );
  });
}

const KNOWN = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$in', '$exists', '$and']);

function everyPartKnown(expression: unknown): boolean {
  if (Array.isArray(expression)) return expression.every(everyPartKnown);
  if (!isObject(expression)) return true;
  return Object.entries(expression).every(
    ([key, v]) =>
      (!key.startsWith('$') || KNOWN.has(key)) &&
      !(key === '$exists' && (v === false || Number(v) === 0)) &&
      everyPartKnown(v),
  );
}

/** `$or` where every branch has an index: the union of their scans. */
function unionOf(usable: Index[], analysis: Analysis, filter: Doc): Access | null {
  for (const branches of analysis.ors) {
    const scans: IndexScan[] = [];
    for (const branch of branches) {
      const inner = analyse({ $and: [...withoutOr(filter), branch] });
      let found: Candidate | undefined;
      for (const index of usable) {
        const one = candidate(index, inner, undefined, false);
        if (!one) continue;
        if (
          !found ||
          one.equal > found.equal ||
          (one.equal === found.equal && one.ranged && !found.ranged)
        )
          found = one;
      }
      if (!found) break;
      scans.push({ ...found.scan, exact: false });
    }
    if (scans.length === branches.length) return { kind: 'or', branches: scans };
  }
  return null;
}

const withoutOr = (filter: Doc): Doc[] =>
  Object.keys(filter)
    .filter((key) => !key.startsWith('$'))
    .map((key) => ({ [key]: filter[key] }));
