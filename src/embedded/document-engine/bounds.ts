import { BSONRegExp } from 'bson';
import { type Doc, nameOf } from './bson/codec';
import { after, invert, type Key, keyOf } from './bson/keystring';
import { show } from './bson/show';
import { isNumber, isObject, T, typeOf } from './bson/types';

/**
 * What a filter says about one field, as intervals of keys. `low` is the first key inside, `high`
 * the first key after; both are byte strings that every entry's key can be compared with.
 */
export interface Interval {
  low: Key;
  high: Key;
  /** The value's key where the interval is one value. */
  point: Key | null;
  /** For explain. */
  shown(): string;
  /** The bounds are beginnings of keys, not whole ones. */
  rough?: boolean;
}

export interface Predicate {
  intervals: Interval[];
  /** The intervals say all that the predicate says, for fields without arrays. */
  exact: boolean;
  /** No document without the field can match. */
  needsField: boolean;
}

const FIRST = '\x01';
const LAST = '\xff';
/** Longer keys are cut in the store: their bounds take in all that begins alike. */
const LONGEST = 900;

export const EVERYTHING: Interval = {
  low: '',
  high: LAST,
  point: null,
  shown: () => '[MinKey, MaxKey]',
};

const isOperators = (v: unknown): v is Doc =>
  isObject(v) && Object.keys(v)[0]?.startsWith('$') === true;

const isRegex = (v: unknown): boolean => typeOf(v) === T.regex;

function point(v: unknown): Interval {
  const key = keyOf(v);
  if (key.length > LONGEST) {
    const start = key.slice(0, LONGEST);
    return {
      low: start,
      high: after(start),
      point: null,
      shown: () => `[${show(v)}, ${show(v)}]`,
      rough: true,
    };
  }
  return {
    low: key + FIRST,
    high: key + LAST,
    point: key,
    shown: () => `[${show(v)}, ${show(v)}]`,
  };
}

/** `{ a: value }`: an array also matches by its elements, and null also where there is no field. */
function equality(v: unknown): Predicate | null {
  if (v === undefined) return null;
  if (Array.isArray(v)) {
    const [first] = v;
    const intervals = [v.length === 0 ? point(undefined) : point(first), point(v)];
    return { intervals: sorted(intervals), exact: false, needsField: true };
  }
  const interval = point(v);
  const exact = v !== null && interval.point !== null;
  return { intervals: [interval], exact, needsField: v !== null };
}

function inside(values: unknown): Predicate | null {
  if (!Array.isArray(values)) return null;
  const intervals: Interval[] = [];
  let exact = true;
  let needsField = true;
  for (const v of values) {
    const one = isRegex(v) ? null : equality(v);
    if (!one) return null;
    intervals.push(...one.intervals);
    exact &&= one.exact;
    needsField &&= one.needsField;
  }
  return { intervals: sorted(intervals), exact, needsField };
}

const RANGED = new Set<number>([
  T.string,
  T.int,
  T.double,
  T.long,
  T.decimal,
  T.bool,
  T.date,
  T.objectId,
  T.timestamp,
]);

const canRange = (v: unknown): boolean =>
  RANGED.has(typeOf(v)) && !(isNumber(v) && Number.isNaN(Number(v)));

function range(op: string, v: unknown): Predicate | null {
  if (!canRange(v)) return null;
  const key = keyOf(v);
  const type = key.charCodeAt(0);
  const bracket = { low: String.fromCharCode(type), high: String.fromCharCode(type + 1) };
  const long = key.length > LONGEST;
  const start = key.slice(0, LONGEST);
  let interval: Interval;
  if (op === '$gt' || op === '$gte') {
    const low = long ? start : key + (op === '$gt' ? LAST : FIRST);
    const shown = () => `${op === '$gt' ? '(' : '['}${show(v)}, max]`;
    interval = { low, high: bracket.high, point: null, shown, rough: long };
  } else {
    const high = long ? after(start) : key + (op === '$lt' ? FIRST : LAST);
    const shown = () => `[min, ${show(v)}${op === '$lt' ? ')' : ']'}`;
    interval = { low: bracket.low, high, point: null, shown, rough: long };
  }
  return { intervals: [interval], exact: !long, needsField: true };
}

const SIMPLE_PREFIX = /^\^((?:[^\\^$.*+?()[\]{}|]|\\[^A-Za-z0-9])*)/;

/** `^abc` starts a range of strings; anything else says nothing about the order. */
function regex(v: unknown, options: unknown): Predicate | null {
  const re = v as { pattern?: string; options?: string; source?: string; flags?: string };
  const source = typeof v === 'string' ? v : (re.pattern ?? re.source ?? '');
  const flags = `${typeof v === 'string' ? '' : (re.options ?? re.flags ?? '')}${options ?? ''}`;
  if (/[imx]/.test(flags) || source.includes('|')) return null;
  const match = SIMPLE_PREFIX.exec(source);
  let literal = match?.[1] ?? '';
  const next = source[(match?.[0] ?? '').length];
  // A quantifier belongs to the last character before it.
  if (next !== undefined && '*?{'.includes(next)) literal = literal.replace(/(\\.|.)$/su, '');
  literal = literal.replace(/\\(.)/gs, '$1');
  if (literal === '') return null;
  const low = keyOf(literal).slice(0, -1).slice(0, LONGEST);
  const shown = () => `["${literal}", …)`;
  const strings: Interval = { low, high: after(low), point: null, shown, rough: true };
  // A stored pattern that is the very same matches too.
  const itself = point(new BSONRegExp(source, flags));
  return { intervals: sorted([strings, itself]), exact: false, needsField: true };
}

function operator(op: string, v: unknown, all: Doc): Predicate | null {
  switch (op) {
    case '$eq':
      return isRegex(v) ? null : equality(v);
    case '$in':
      return inside(v);
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return range(op, v);
    case '$regex':
      return regex(v, all['$options']);
    case '$exists': {
      const yes = v !== false && v !== null && Number(v) !== 0;
      return yes
        ? { intervals: [EVERYTHING], exact: false, needsField: true }
        : { intervals: [point(null)], exact: false, needsField: false };
    }
    case '$elemMatch': {
      if (!isOperators(v)) return null;
      const inner = predicatesOf(v);
      return inner[0] ? { ...inner[0], exact: false, needsField: true } : null;
    }
    case '$all': {
      const [first] = Array.isArray(v) ? v : [];
      if (first === undefined || isRegex(first) || isOperators(first)) return null;
      const one = equality(first);
      return one ? { ...one, exact: false } : null;
    }
    default:
      return null;
  }
}

function predicatesOf(operators: Doc): Predicate[] {
  const list: Predicate[] = [];
  for (const op of Object.keys(operators)) {
    const one = operator(op, operators[op], operators);
    if (one) list.push(one);
  }
  return list;
}

export interface Analysis {
  fields: Map<string, Predicate[]>;
  /** Every part of the filter has become a predicate that its intervals say in full. */
  exact: boolean;
  /** The branches of each `$or`. */
  ors: Doc[][];
}

/** What a filter says about single fields, `$and` unfolded. */
export function analyse(filter: Doc): Analysis {
  const result: Analysis = { fields: new Map(), exact: true, ors: [] };
  collect(filter, result);
  return result;
}

function collect(filter: Doc, result: Analysis): void {
  for (const key of Object.keys(filter)) {
    const v = filter[key];
    const path = nameOf(key);
    if (path === '$and' && Array.isArray(v)) {
      for (const part of v) collect(part as Doc, result);
    } else if (path === '$or' && Array.isArray(v)) {
      result.exact = false;
      if (v.length === 1) collect(v[0] as Doc, result);
      else result.ors.push(v as Doc[]);
    } else if (path === '$comment') {
    } else if (path.startsWith('$')) {
      result.exact = false;
    } else {
      const wanted = isOperators(v) ? Object.keys(v).length : 1;
      const single = isOperators(v) ? null : isRegex(v) ? regex(v, '') : equality(v);
      const found = isOperators(v) ? predicatesOf(v) : single ? [single] : [];
      if (found.length < wanted || found.some((p) => !p.exact)) result.exact = false;
      if (found.length > 0) result.fields.set(path, [...(result.fields.get(path) ?? []), ...found]);
    }
  }
}

/** All predicates of a field together; only for a field that holds no arrays. */
export function intersect(predicates: Predicate[]): Predicate {
  let [first, ...rest] = predicates as [Predicate, ...Predicate[]];
  for (const next of rest) {
    const intervals: Interval[] = [];
    for (const a of first.intervals)
      for (const b of next.intervals) {
        const both = overlap(a, b);
        if (both) intervals.push(both);
      }
    first = {
      intervals: sorted(intervals),
      exact: first.exact && next.exact,
      needsField: first.needsField || next.needsField,
    };
  }
  return first;
}

function overlap(a: Interval, b: Interval): Interval | null {
  const low = a.low > b.low ? a : b;
  const high = a.high < b.high ? a : b;
  if (low.low >= high.high) return null;
  const single = a.point !== null ? a : b.point !== null ? b : null;
  if (single) return single;
  const shown = () => `${low.shown().split(', ')[0]}, ${high.shown().split(', ')[1] ?? ''}`;
  const rough = low.rough === true || high.rough === true;
  return { low: low.low, high: high.high, point: null, shown, rough };
}

/** In key order, without overlaps. */
function sorted(intervals: Interval[]): Interval[] {
  const list = [...intervals].sort((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : 0));
  const merged: Interval[] = [];
  for (const one of list) {
    const last = merged.at(-1);
    if (last && one.low < last.high) {
      if (one.high > last.high)
        merged[merged.length - 1] = { ...last, high: one.high, point: null };
    } else merged.push(one);
  }
  return merged;
}

/** The same interval in the key space of a descending field. */
export function inverted(interval: Interval): Interval {
  const { low, high, point: single, shown } = interval;
  if (single !== null) {
    const key = invert(single);
    return { low: key + FIRST, high: key + LAST, point: key, shown };
  }
  if (interval.rough) return { ...EVERYTHING, shown };
  return { low: flipBound(high), high: flipBound(low), point: null, shown };
}

/** A bound ends with a marker that says on which side of a value it lies; inverted, it changes. */
function flipBound(bound: Key): Key {
  if (bound === '') return LAST;
  if (bound === LAST) return '';
  const marker = bound.at(-1);
  if (bound.length > 1 && marker === LAST) return invert(bound.slice(0, -1)) + FIRST;
  if (bound.length > 1 && marker === FIRST) return invert(bound.slice(0, -1)) + LAST;
  // A type's byte: all below it is, inverted, all from the successor of the inverted byte on.
  return after(invert(bound));
}

/** Whether whatever lies in `inner` also lies in `outer`. */
export function within(inner: Interval[], outer: Interval[]): boolean {
  return inner.every((a) => outer.some((b) => a.low >= b.low && a.high <= b.high));
}
