import { type Doc, decode } from './bson/codec';
import { type Key, keyFromBytes } from './bson/keystring';
import { type Collection, RECORD_BYTES } from './catalog';
import { mergeSort, SLICE_MS } from './cooperate';
import type { Env } from './env';
import { EngineError } from './errors';
import { compileMatch, type Matcher } from './match';
import { type IndexScan, type Plan, plan } from './planner';
import type { ScanLog } from './scan-log';
import { compileSort, type Sorter } from './sort';
import { type Entry, NOTHING, type Reader } from './store';

/** A document on its way through a query; decoded only when somebody must look inside. */
export interface Row {
  record: Key;
  bytes: Uint8Array;
  doc: Doc | null;
}

export const docOf = (row: Row): Doc => {
  row.doc ??= decode(row.bytes);
  return row.doc;
};

export interface QueryRequest {
  filter: Doc;
  sort?: Doc | undefined;
  skip?: number | undefined;
  limit?: number | undefined;
  hint?: unknown;
}

/** Where a query reads; the view may be given back between two batches and taken again. */
export interface View {
  reader(): Reader;
  /** Changes whenever iterators that are open must be opened again. */
  generation(): number;
  /** The group commit that it shows. */
  sequence(): number;
  /** Hears of queries that no index serves. */
  readonly scans: ScanLog;
}

export interface Work {
  keysExamined: number;
  docsExamined: number;
  returned: number;
}

const SORT_LIMIT = 100 * 1024 * 1024;

interface EntryCursor {
  next(): Entry | Key | null;
  close(): void;
}

/** The entries of whole keys of a unique index. */
class Lookups implements EntryCursor {
  private position = 0;

  constructor(
    private readonly view: View,
    private readonly keys: Key[],
  ) {}

  next(): Entry | null {
    for (;;) {
      const key = this.keys[this.position++];
      if (key === undefined) return null;
      const value = this.view.reader().get(key);
      if (value) return { key, value };
    }
  }

  close(): void {
    this.position = this.keys.length;
  }
}

/** One scan of ranges of keys that survives a change of view: it goes on after the last key. */
class RangeCursor implements EntryCursor {
  private position = 0;
  private lastKey: Key | null = null;
  private open: Iterator<Entry | Key> | null = null;
  private generation = -1;

  constructor(
    private readonly view: View,
    private readonly ranges: { low: Key; high: Key }[],
    private readonly reverse: boolean,
    private readonly withValues: boolean,
  ) {}

  next(): Entry | Key | null {
    for (;;) {
      const range = this.ranges[this.position];
      if (!range) return null;
      if (!this.open || this.generation !== this.view.generation()) this.reopen(range);
      const step = this.open?.next();
      if (step && !step.done) {
        this.lastKey = typeof step.value === 'string' ? step.value : step.value.key;
        return step.value;
      }
      this.open = null;
      this.lastKey = null;
      this.position++;
    }
  }

  private reopen({ low, high }: { low: Key; high: Key }): void {
    const from = this.lastKey !== null && !this.reverse ? `${this.lastKey}\0` : low;
    const to = this.lastKey !== null && this.reverse ? this.lastKey : high;
    const reader = this.view.reader();
    this.generation = this.view.generation();
    this.open = this.withValues
      ? reader.entries(from, to, this.reverse)
      : reader.keys(from, to, this.reverse);
  }

  close(): void {
    if (this.open && this.generation === this.view.generation()) this.open.return?.();
    this.open = null;
    this.position = this.ranges.length;
  }
}

interface Source {
  /** @param whole false: that there is one is enough */
  next(whole: boolean): Row | null;
  close(): void;
}

/** A find as a machine: `pull` works until it has rows enough or its time is over. */
export class Query {
  readonly plan: Plan;
  readonly work: Work = { keysExamined: 0, docsExamined: 0, returned: 0 };
  readonly matcher: Matcher;
  /** In memory, where no index gives the order. */
  readonly sorter: Sorter | null;
  private readonly source: Source;
  private readonly skip: number;
  private readonly limit: number;
  private skipped = 0;
  private readonly checked: boolean;
  private ordered: Row[] | null = null;
  private given = 0;
  private done = false;

  constructor(
    readonly collection: Collection | undefined,
    request: QueryRequest,
    env: Env,
    private readonly view: View,
  ) {
    this.matcher = compileMatch(request.filter, env);
    const sort = request.sort && Object.keys(request.sort).length > 0 ? request.sort : undefined;
    const bySort = sort && !('$natural' in sort) ? compileSort(sort) : null;
    this.plan = plan(collection, request, view);
    this.sorter = this.plan.sorted ? null : bySort;
    this.skip = request.skip ?? 0;
    this.limit = request.limit && request.limit > 0 ? request.limit : Number.POSITIVE_INFINITY;
    const { access } = this.plan;
    const empty = Object.keys(request.filter).length === 0;
    this.checked = !(empty || (access.kind === 'index' && access.exact));
    if (collection && access.kind === 'collection')
      view.scans.note(collection, request, 'COLLSCAN');
    else if (collection && this.sorter) view.scans.note(collection, request, 'SORT');
    this.source = this.open();
  }

  private open(): Source {
    const { access } = this.plan;
    const { collection } = this;
    if (access.kind === 'nothing' || !collection) return { next: () => null, close: () => {} };
    if (access.kind === 'collection') return this.collectionSource(collection, access.reverse);
    const scans = access.kind === 'or' ? access.branches : [access];
    // What is exact gives each document once, even of an array.
    const distinct =
      access.kind === 'or' || scans.some(({ index, exact }) => index.multikey.size > 0 && !exact);
    return this.indexSource(collection, scans, distinct ? new Set<Key>() : null);
  }

  private collectionSource(collection: Collection, reverse: boolean): Source {
    const range = { low: collection.prefix, high: collection.end };
    const cursor = new RangeCursor(this.view, [range], reverse, true);
    return {
      next: () => {
        const entry = cursor.next() as Entry | null;
        if (!entry) return null;
        this.work.docsExamined++;
        return { record: entry.key.slice(collection.prefix.length), bytes: entry.value, doc: null };
      },
      close: () => cursor.close(),
    };
  }

  private indexSource(collection: Collection, scans: IndexScan[], seen: Set<Key> | null): Source {
    const cursors = scans.map(({ index, ranges, lookups, reverse }) =>
      lookups
        ? new Lookups(this.view, lookups)
        : new RangeCursor(this.view, ranges, reverse, index.unique),
    );
    let current = 0;
    return {
      next: (whole) => {
        for (;;) {
          const cursor = cursors[current];
          if (!cursor) return null;
          const entry = cursor.next();
          if (entry === null) {
            current++;
            continue;
          }
          this.work.keysExamined++;
          const record =
            typeof entry === 'string' ? entry.slice(-RECORD_BYTES) : keyFromBytes(entry.value);
          if (seen) {
            if (seen.has(record)) continue;
            seen.add(record);
          }
          if (!whole) return { record, bytes: NOTHING, doc: null };
          const bytes = this.view.reader().get(collection.prefix + record);
          if (!bytes) continue;
          this.work.docsExamined++;
          return { record, bytes, doc: null };
        }
      },
      close: () => {
        for (const cursor of cursors) cursor.close();
      },
    };
  }

  /** The next document that matches, before sort and skip; null at the end. */
  private nextMatch(whole = true): Row | null | undefined {
    const row = this.source.next(whole || this.checked);
    if (!row) return null;
    return !this.checked || this.matcher.test(docOf(row)) ? row : undefined;
  }

  /**
   * Rows until there are `most` of them, or `until` (performance.now) has passed.
   * `null` rows in time mean: not finished, call again.
   * @param whole false: rows may come without their documents, for who only counts them
   */
  pull(most: number, until: number, whole = true): { rows: Row[]; done: boolean } {
    const rows: Row[] = [];
    if (this.sorter && !this.ordered) return { rows, done: false };
    let sinceClock = 0;
    while (!this.done && rows.length < most) {
      if (this.given >= this.limit) {
        this.finish();
        break;
      }
      const row = this.ordered
        ? (this.ordered[this.given + this.skip] ?? null)
        : this.nextMatch(whole && this.skipped >= this.skip);
      if (row === null) {
        this.finish();
        break;
      }
      if (row !== undefined && (this.ordered || this.skipped++ >= this.skip)) {
        this.given++;
        this.work.returned++;
        rows.push(row);
        if (this.given >= this.limit) this.finish();
      }
      if ((++sinceClock & 15) === 0 && performance.now() > until) break;
    }
    return { rows, done: this.done };
  }

  private finish(): void {
    this.done = true;
    this.source.close();
  }

  close(): void {
    this.finish();
    this.ordered = null;
  }

  /** 175 when what it reads was dropped while its client did something else. */
  checkAlive(): void {
    const { collection } = this;
    const { access } = this.plan;
    const scans = access.kind === 'or' ? access.branches : access.kind === 'index' ? [access] : [];
    const gone = scans.some(({ index }) => !collection?.indexes.includes(index));
    if (collection?.dropped || gone)
      throw new EngineError(175, 'QueryPlanKilled', 'the collection or its index was dropped');
  }

  /** All matching documents in order, as far as skip and limit need them. */
  async prepare(breathe: () => Promise<void>): Promise<void> {
    if (!this.sorter || this.ordered) return;
    const gathering = this.gather();
    for (let step = gathering.next(); !step.done; step = gathering.next()) await breathe();
  }

  /** As `prepare`, inside a write task: false when it would take longer than until then. */
  prepareNow(until: number): boolean {
    if (!this.sorter || this.ordered) return true;
    const gathering = this.gather();
    for (let step = gathering.next(); !step.done; step = gathering.next())
      if (performance.now() > until) return false;
    return true;
  }

  private *gather(): Generator<void> {
    const { sorter } = this;
    if (!sorter) return;
    const keep = this.limit + this.skip;
    let rows: { row: Row; key: unknown[] }[] = [];
    let bytes = 0;
    let until = performance.now() + SLICE_MS;
    const order = (a: { key: unknown[] }, b: { key: unknown[] }) =>
      sorter.compareKeys(a.key, b.key);
    for (let row = this.nextMatch(); row !== null; row = this.nextMatch()) {
      if (row !== undefined) {
        const key = sorter.key(docOf(row));
        row.doc = null;
        rows.push({ row, key });
        bytes += row.bytes.length;
        if (rows.length >= keep * 2 + 1000) {
          rows = rows.sort(order).slice(0, keep);
          bytes = rows.reduce((n, { row: kept }) => n + kept.bytes.length, 0);
        }
        if (bytes > SORT_LIMIT)
          throw new EngineError(
            292,
            'QueryExceededMemoryLimitNoDiskUseAllowed',
            `Sort exceeded memory limit of ${SORT_LIMIT} bytes`,
          );
      }
      if (performance.now() > until) {
        yield;
        until = performance.now() + SLICE_MS;
      }
    }
    rows = yield* mergeSort(rows, order);
    if (rows.length > keep) rows.length = keep;
    this.ordered = rows.map(({ row }) => row);
  }
}
