import type { Doc } from './bson/codec';
import type { Key } from './bson/keystring';
import { type Catalog, type Collection, isMark } from './catalog';
import { EngineError } from './errors';
import { SortedKeys } from './sorted-keys';
import type { Counted, Entry, Holder, Reader, Snapshot, Store, Writer } from './store';

export const TRANSIENT = 'TransientTransactionError';

/** 112: another transaction, or a plain write, was first. */
const conflict = (): EngineError =>
  new EngineError(
    112,
    'WriteConflict',
    'Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.',
    {},
    [TRANSIENT],
  );

/**
 * A transaction: one snapshot of the disk and, over it, its own changes in memory. A key that it
 * changes is its own until it ends; whoever comes second gets a conflict.
 */
export class Transaction implements Writer, Holder {
  readonly ended: Promise<void>;
  state: 'active' | 'committing' | 'committed' | 'aborted' = 'active';
  private readonly snapshot: Snapshot;
  private readonly changes = new Map<Key, Uint8Array | null>();
  /** The keys of `changes`, in order. */
  private readonly order = new SortedKeys();
  private readonly held: Key[] = [];
  private readonly counts = new Map<Counted, number>();
  private readonly versions = new Map<Collection, number>();
  /** The collections that it makes: nobody else finds them before its commit. */
  private readonly made = new Map<string, Collection>();
  private readonly unwatch: () => void;
  private finish: () => void = () => {};
  private changed = 0;

  constructor(
    private readonly store: Store,
    private readonly catalog: Catalog,
  ) {
    this.unwatch = store.watch();
    this.snapshot = store.snapshot();
    this.ended = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  /** 251 when it was ended, by its age or by its client, while a command of it let others in. */
  checkActive(): void {
    if (this.state === 'active') return;
    throw new EngineError(
      251,
      'NoSuchTransaction',
      'The transaction was ended while one of its commands was at work; please retry it.',
      {},
      [TRANSIENT],
    );
  }

  generation(): number {
    return this.changed;
  }

  sequence(): number {
    return this.snapshot.sequence;
  }

  reader(): Reader {
    return this;
  }

  /** A collection as this transaction finds it. */
  find(db: string, name: string): Collection | undefined {
    const made = this.made.get(`${db}.${name}`);
    if (made) return made;
    const found = this.catalog.find(db, name);
    if (found) this.use(found);
    return found;
  }

  async make(db: string, name: string, options: Doc): Promise<Collection> {
    const made = await this.store.write((writer) =>
      this.catalog.prepare(writer, db, name, options),
    );
    this.made.set(made.namespace, made);
    return made;
  }

  isMaking(collection: Collection): boolean {
    return this.made.get(collection.namespace) === collection;
  }

  /** A change of indexes of a collection that it works on ends it. */
  private use(collection: Collection): void {
    const known = this.versions.get(collection);
    if (known === undefined) this.versions.set(collection, collection.version);
    else this.checkVersion(collection, known);
  }

  private checkVersion(collection: Collection, version: number): void {
    const same = collection.version === version && !collection.dropped;
    if (same && this.catalog.find(collection.db, collection.name) === collection) return;
    throw new EngineError(
      246,
      'SnapshotUnavailable',
      `Unable to read from a snapshot due to pending collection catalog changes to collection '${collection.namespace}'; please retry the operation.`,
      {},
      [TRANSIENT],
    );
  }

  get(key: Key): Uint8Array | undefined {
    const own = this.changes.get(key);
    if (own !== undefined) return own ?? undefined;
    return this.snapshot.get(key);
  }

  entries(low: Key, high: Key, reverse: boolean): Iterator<Entry> {
    const base = this.snapshot.entries(low, high, reverse);
    if (this.order.isEmpty) return base;
    return this.merged(base, low, high, reverse);
  }

  keys(low: Key, high: Key, reverse: boolean): Iterator<Key> {
    if (this.order.isEmpty) return this.snapshot.keys(low, high, reverse);
    const entries = this.entries(low, high, reverse);
    return {
      next: () => {
        const step = entries.next();
        return step.done
          ? { done: true, value: undefined }
          : { done: false, value: step.value.key };
      },
      return: () => {
        entries.return?.();
        return { done: true, value: undefined };
      },
    };
  }

  private *merged(base: Iterator<Entry>, low: Key, high: Key, reverse: boolean): Generator<Entry> {
    let own = reverse ? this.order.before(high) : this.order.from(low);
    const inRange = (key: Key | undefined): key is Key =>
      key !== undefined && key >= low && key < high;
    let below = base.next();
    try {
      for (;;) {
        const key = own;
        const mine = inRange(key);
        if (below.done && !mine) return;
        const ownFirst =
          mine && (below.done || (reverse ? key >= below.value.key : key <= below.value.key));
        if (ownFirst) {
          if (!below.done && below.value.key === key) below = base.next();
          // The least key that is greater is the same key and a zero.
          own = reverse ? this.order.before(key) : this.order.from(`${key}\0`);
          const value = this.changes.get(key);
          if (value) yield { key, value };
        } else if (!below.done) {
          yield below.value;
          below = base.next();
        }
      }
    } finally {
      base.return?.();
    }
  }

  claim(key: Key): void {
    const holder = this.store.holders.get(key);
    if (holder === this) return;
    if (holder || this.store.changedSince(key, this.snapshot.sequence)) throw conflict();
    this.store.holders.set(key, this);
    this.held.push(key);
  }

  put(key: Key, value: Uint8Array): void {
    // What an index has once held stays noted even if this transaction comes to nothing.
    if (isMark(key)) void this.store.write((writer) => writer.put(key, value)).catch(() => {});
    else this.change(key, value);
  }

  remove(key: Key): void {
    this.change(key, null);
  }

  count(of: Counted, by: number): void {
    this.counts.set(of, (this.counts.get(of) ?? 0) + by);
  }

  private change(key: Key, value: Uint8Array | null): void {
    if (!this.changes.has(key)) this.order.add(key);
    this.changes.set(key, value);
    this.changed++;
  }

  /** Writes everything in one group commit; `also` may add what belongs to it. */
  async commit(also: (writer: Writer) => void): Promise<void> {
    this.state = 'committing';
    try {
      await this.store.write((writer) => {
        for (const [collection, version] of this.versions) this.checkVersion(collection, version);
        for (const one of this.made.values())
          if (this.catalog.find(one.db, one.name)) throw conflict();
        for (const one of this.made.values()) this.catalog.adopt(writer, one);
        for (const [key, value] of this.changes) {
          if (value) writer.put(key, value);
          else writer.remove(key);
        }
        for (const [of, by] of this.counts) writer.count(of, by);
        also(writer);
      });
      this.end('committed');
    } catch (error) {
      this.end('aborted');
      throw error;
    }
  }

  abort(): void {
    if (this.state === 'active') this.end('aborted');
  }

  private end(state: 'committed' | 'aborted'): void {
    this.state = state;
    for (const key of this.held) this.store.holders.delete(key);
    this.snapshot.done();
    this.unwatch();
    this.changes.clear();
    // What reads it begins again, and finds that it has ended.
    this.changed++;
    this.finish();
  }
}
