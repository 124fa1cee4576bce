import { statfsSync } from 'node:fs';
import { open, type RootDatabase } from 'lmdb';
import type { Key } from './bson/keystring';
import { EngineError } from './errors';

export interface Entry {
  key: Key;
  value: Uint8Array;
}

/** A consistent view of the key space. Keys are byte strings; ranges are `[low, high)`. */
export interface Reader {
  get(key: Key): Uint8Array | undefined;
  entries(low: Key, high: Key, reverse: boolean): Iterator<Entry>;
  keys(low: Key, high: Key, reverse: boolean): Iterator<Key>;
}

export interface Writer extends Reader {
  /** Must be called for every document and unique key before it is changed: refuses or waits. */
  claim(key: Key): void;
  put(key: Key, value: Uint8Array): void;
  remove(key: Key): void;
  /** Keeps the number of documents of a collection, where it is known. */
  count(of: Counted, by: number): void;
}

export interface Counted {
  count: number | undefined;
}

/** Who holds a key until its transaction ends. */
export interface Holder {
  /** Settles when the transaction has ended, either way. */
  readonly ended: Promise<void>;
}

/** A plain write met a key that a transaction holds: it waits for `holder` and runs again. */
export class Held extends Error {
  readonly holder: Holder;
  constructor(holder: Holder) {
    super('held by a transaction');
    this.holder = holder;
  }
}

export interface Snapshot extends Reader {
  /** Number of the last group commit that was certainly in view when the snapshot was taken. */
  readonly sequence: number;
  done(): void;
}

interface Task {
  run(writer: Writer): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

interface Outcome {
  task: Task;
  value?: unknown;
  error?: unknown;
}

const EMPTY = new Uint8Array(0);
/** Tasks of one group commit stop being taken after this long, so that reads go on. */
const BATCH_MS = 4;

/** Node has these two on every Buffer; they are faster than `write` and `toString`. */
interface Latin1 {
  latin1Write(text: string, at: number): number;
  latin1Slice(from: number, to: number): string;
}

const keyEncoder = {
  writeKey: (key: string, target: Latin1, start: number): number =>
    start + target.latin1Write(key, start),
  readKey: (target: Latin1, start: number, end: number): string => target.latin1Slice(start, end),
};

type Db = RootDatabase<Uint8Array, string>;

interface ReadTransaction {
  done(): void;
}

/** Reads the store as a transaction sees it; without one, as the group commit under way does. */
class DbReader implements Reader {
  private readonly options: { transaction: ReadTransaction } | undefined;

  constructor(
    protected readonly db: Db,
    transaction?: ReadTransaction,
  ) {
    this.options = transaction && { transaction };
  }

  get(key: Key): Uint8Array | undefined {
    return this.db.get(key, this.options as never);
  }

  entries(low: Key, high: Key, reverse: boolean): Iterator<Entry> {
    return this.range(low, high, reverse, true) as Iterator<Entry>;
  }

  keys(low: Key, high: Key, reverse: boolean): Iterator<Key> {
    return this.range(low, high, reverse, false) as unknown as Iterator<Key>;
  }

  private range(low: Key, high: Key, reverse: boolean, values: boolean) {
    const bounds = reverse
      ? { start: high, end: low, reverse, exclusiveStart: true, inclusiveEnd: true, values }
      : { start: low, end: high, values };
    const range = { ...bounds, ...this.options };
    return this.db.getRange(range as object)[Symbol.iterator]();
  }
}

/** One committed state of the store, kept as long as somebody reads it. */
class View extends DbReader {
  private users = 0;
  private retired = false;

  constructor(
    db: Db,
    private readonly transaction: ReadTransaction,
  ) {
    super(db, transaction);
  }

  enter(): void {
    this.users++;
  }

  leave(): void {
    this.users--;
    if (this.retired && this.users === 0) this.transaction.done();
  }

  /** There is a newer one: it ends with its last reader. */
  retire(): void {
    this.retired = true;
    if (this.users === 0) this.transaction.done();
  }
}

/** An iterator of a snapshot; one that is not read to its end would keep the view for ever. */
class OpenRange<T> implements Iterator<T> {
  constructor(
    private readonly inner: Iterator<T>,
    private readonly others: Set<OpenRange<unknown>>,
  ) {
    others.add(this);
  }

  next(): IteratorResult<T> {
    const step = this.inner.next();
    if (step.done) this.others.delete(this);
    return step;
  }

  return(): IteratorResult<T> {
    this.others.delete(this);
    this.inner.return?.();
    return { done: true, value: undefined };
  }
}

class ViewSnapshot implements Snapshot {
  private open = true;
  private readonly ranges = new Set<OpenRange<unknown>>();

  constructor(
    private readonly view: View,
    readonly sequence: number,
  ) {
    view.enter();
  }

  get(key: Key): Uint8Array | undefined {
    return this.view.get(key);
  }

  entries(low: Key, high: Key, reverse: boolean): Iterator<Entry> {
    return new OpenRange(this.view.entries(low, high, reverse), this.ranges);
  }

  keys(low: Key, high: Key, reverse: boolean): Iterator<Key> {
    return new OpenRange(this.view.keys(low, high, reverse), this.ranges);
  }

  done(): void {
    if (!this.open) return;
    this.open = false;
    for (const range of this.ranges) range.return();
    this.view.leave();
  }
}

/** Writes within a group commit. */
class TaskWriter extends DbReader implements Writer {
  constructor(
    db: Db,
    private readonly holders: ReadonlyMap<Key, Holder>,
    private readonly changed: (key: Key) => void,
  ) {
    super(db);
  }

  claim(key: Key): void {
    const holder = this.holders.get(key);
    if (holder) throw new Held(holder);
  }

  put(key: Key, value: Uint8Array): void {
    this.changed(key);
    this.db.putSync(key, value);
  }

  remove(key: Key): void {
    this.changed(key);
    this.db.removeSync(key);
  }

  count(of: Counted, by: number): void {
    if (of.count !== undefined) of.count += by;
  }
}

/** The ordered key space on disk: snapshots to read, group commit to write. */
export class Store {
  /** Keys that open transactions have changed. */
  readonly holders = new Map<Key, Holder>();
  private readonly db: Db;
  private readonly queue: Task[] = [];
  private committing = false;
  private idle: (() => void)[] = [];
  private sequence = 0;
  private inFlight = new Set<Key>();
  private readonly changed = new Map<Key, number>();
  private watchers = 0;
  /** Called when a group commit failed: what was cached from it must be read again. */
  onFailure: () => void = () => {};
  /** Reads inside a group commit see it, and its own earlier tasks. */
  private readonly writer: Writer;
  /** The view of the last commit, shared by all who read it. */
  private view: View | null = null;

  constructor(
    private readonly path: string,
    readonly readOnly = false,
  ) {
    this.db = open<Uint8Array, string>({
      path,
      readOnly,
      encoding: 'binary',
      // A commit is on disk when its promise resolves; the overlapping form resolves earlier.
      overlappingSync: false,
      // Otherwise a commit that fails also rejects a promise that nobody can reach, and Node ends.
      eventTurnBatching: false,
      maxReaders: 1024,
      noSubdir: false,
      keyEncoder,
    });
    this.writer = new TaskWriter(this.db, this.holders, (key) => this.inFlight.add(key));
  }

  /** A consistent view of everything committed so far; `done` must be called. */
  snapshot(): Snapshot {
    this.view ??= new View(this.db, this.db.useReadTransaction() as unknown as ReadTransaction);
    return new ViewSnapshot(this.view, this.sequence);
  }

  /** The next snapshot shows the newest commit; needed where another thread commits. */
  renew(): void {
    this.view?.retire();
    this.view = null;
    this.db.resetReadTxn();
  }

  /** The number that the group commit under way, or the next one, will have. */
  get nextSequence(): number {
    return this.sequence + 1;
  }

  /** While at least one transaction watches, the keys of every commit are remembered. */
  watch(): () => void {
    this.watchers++;
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      if (--this.watchers === 0) this.changed.clear();
    };
  }

  /** Whether somebody else has changed this key since the snapshot, or is doing so now. */
  changedSince(key: Key, sequence: number): boolean {
    return this.inFlight.has(key) || (this.changed.get(key) ?? -1) > sequence;
  }

  /**
   * Runs a task inside the next group commit and resolves when it is on disk. A task is synchronous
   * and short; it must check everything before its first `put`, because it cannot be undone alone.
   */
  write<T>(run: (writer: Writer) => T): Promise<T> {
    if (this.readOnly)
      return Promise.reject(
        new EngineError(96, 'OperationFailed', `the data folder ${this.path} cannot be written to`),
      );
    return new Promise<T>((resolve, reject) => {
      this.queue.push({ run, resolve: resolve as (value: unknown) => void, reject });
      if (!this.committing) void this.commitLoop();
    });
  }

  private async commitLoop(): Promise<void> {
    this.committing = true;
    while (this.queue.length > 0) await this.commitBatch();
    this.committing = false;
    for (const wake of this.idle.splice(0)) wake();
  }

  private async commitBatch(): Promise<void> {
    const outcomes: Outcome[] = [];
    let fault: unknown;
    try {
      await this.db.transaction(() => this.runTasks(outcomes));
    } catch (error) {
      fault = await rootCause(error);
    }
    const keys = this.inFlight;
    this.inFlight = new Set();
    if (fault === undefined) {
      this.sequence++;
      this.renew();
      if (this.watchers > 0) for (const key of keys) this.changed.set(key, this.sequence);
    } else {
      this.onFailure();
      // A commit can fail before its callback ran: its tasks are still queued and would spin.
      if (outcomes.length === 0)
        for (const task of this.queue.splice(0)) outcomes.push({ task, error: fault });
    }
    for (const { task, value, error } of outcomes) {
      if (fault !== undefined) task.reject(storageError(fault, this.path));
      else if (error !== undefined) task.reject(error);
      else task.resolve(value);
    }
  }

  private runTasks(outcomes: Outcome[]): void {
    const until = performance.now() + BATCH_MS;
    for (let task = this.queue.shift(); task; task = this.queue.shift()) {
      try {
        outcomes.push({ task, value: task.run(this.writer) });
      } catch (error) {
        outcomes.push({ task, error });
      }
      if (performance.now() > until) break;
    }
  }

  /** Waits for the writes under way, then closes. */
  async close(): Promise<void> {
    if (this.committing) await new Promise<void>((resolve) => this.idle.push(resolve));
    this.view?.retire();
    await this.db.close();
  }
}

/** An entry of an index that is not unique has no value: its key says everything. */
export const NOTHING = EMPTY;

async function rootCause(error: unknown): Promise<unknown> {
  const inner = (error as { commitError?: Promise<unknown> }).commitError;
  if (!inner) return error;
  const late = new Promise((resolve) => setTimeout(() => resolve(error), 50));
  return Promise.race([inner.catch((cause: unknown) => cause), late]);
}

/** The store reports a full disk as an input error: the file system is asked. */
function storageError(fault: unknown, path: string): EngineError {
  const text = fault instanceof Error ? fault.message : String(fault);
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize < FULL_BELOW)
    return new EngineError(
      14031,
      'OutOfDiskSpace',
      `the disk is full, nothing was written: ${text}`,
    );
  return new EngineError(8, 'UnknownError', `nothing was written: ${text}`);
}

const FULL_BELOW = 4 * 1024 * 1024;
