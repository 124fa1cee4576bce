import type { Interval } from './bounds';
import type { Key } from './bson/keystring';
import type { Index } from './indexes';
import type { Reader } from './store';

export interface KeyRange {
  low: Key;
  high: Key;
}

export interface IndexScan {
  kind: 'index';
  index: Index;
  ranges: KeyRange[];
  /** The whole keys of a unique index, where every field is given: they are looked up at once. */
  lookups: Key[] | null;
  reverse: boolean;
  /** For explain: the intervals of each field. */
  bounds: Interval[][];
  /** Every document that it gives matches the filter. */
  exact: boolean;
}

/** An index that could serve a query. */
export interface Candidate {
  scan: IndexScan;
  /** Fields bound to single values, then whether a range follows. */
  equal: number;
  ranged: boolean;
  sorted: boolean;
  whole: boolean;
}

/** How many entries of each candidate are counted before one is chosen. */
const PROBE = 101;
/** Of candidates that all have more, and bind different fields: a scan of these is soon done. */
const DEEP_PROBE = 1000;
/** So many documents are sorted rather than looked for in an index that only gives the order. */
const SORTED_SOON = 300;

/**
 * The candidate that reads least, by counting; where an order is wanted, of `wanted` documents, the
 * one that gives it, unless few documents are soon sorted.
 */
export function choose(
  list: Candidate[],
  wantsSort: boolean,
  wanted: number,
  reader: Reader,
  forced: boolean,
): Candidate | undefined {
  const [first] = list;
  if (forced || list.length < 2) return first;
  const whole = list.find((one) => one.whole && one.scan.lookups?.length === 1);
  if (whole) return whole;
  const bounded = list.filter((one) => one.equal > 0 || one.ranged);
  const pool = bounded.length > 0 ? bounded : list;
  const counted = pool.map((one) => ({ one, entries: probe(one.scan, reader, PROBE) }));
  counted.sort(
    (a, b) =>
      a.entries - b.entries ||
      Number(b.one.sorted) - Number(a.one.sorted) ||
      b.one.equal - a.one.equal ||
      Number(b.one.ranged) - Number(a.one.ranged) ||
      a.one.scan.index.fields.length - b.one.scan.index.fields.length,
  );
  const top = counted[0];
  if (!top) return undefined;
  if (top.entries < PROBE) return top.one;
  const ordered = counted.find(({ one }) => one.sorted)?.one ?? list.find((one) => one.sorted);
  const usual = wantsSort ? (ordered ?? top.one) : top.one;
  const inOrder = wantsSort && ordered !== undefined;
  return narrowest(pool, usual, inOrder ? wanted : Number.POSITIVE_INFINITY, reader) ?? usual;
}

/** A candidate that binds other fields than the usual one and is soon read whole, if there is one. */
function narrowest(
  pool: Candidate[],
  usual: Candidate,
  wanted: number,
  reader: Reader,
): Candidate | undefined {
  const most = wanted === Number.POSITIVE_INFINITY ? DEEP_PROBE : SORTED_SOON;
  const asked = new Set([boundFields(usual)]);
  let best: { one: Candidate; entries: number } | undefined;
  for (const one of pool) {
    const fields = boundFields(one);
    if (asked.has(fields)) continue;
    asked.add(fields);
    const entries = probe(one.scan, reader, best?.entries ?? most);
    if (entries < (best?.entries ?? most)) best = { one, entries };
  }
  if (!best) return undefined;
  // In order, one in so many fits: an index that gives the order reads that many times what is wanted.
  const times = Math.ceil((best.entries * best.entries) / wanted);
  return probe(usual.scan, reader, times + 1) > times ? best.one : undefined;
}

const boundFields = ({ scan, equal, ranged }: Candidate): string =>
  scan.index.fields
    .slice(0, equal + Number(ranged))
    .map(({ path }) => path)
    .join('\0');

/** How many entries a scan would read, up to so many. */
function probe(scan: IndexScan, reader: Reader, most: number): number {
  if (scan.lookups) return scan.lookups.length;
  let n = 0;
  for (const { low, high } of scan.ranges) {
    const keys = reader.keys(low, high, false);
    for (let step = keys.next(); !step.done; step = keys.next()) {
      if (++n >= most) {
        keys.return?.();
        return n;
      }
    }
    if (scan.ranges.length > most && ++n >= most) return n;
  }
  return n;
}
