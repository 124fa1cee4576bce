import type { Long } from 'bson';
import { type Doc, decode, encode } from './bson/codec';
import { after, type Key } from './bson/keystring';
import type { Catalog } from './catalog';
import { Turns } from './cooperate';
import { EngineError } from './errors';
import type { Store, Writer } from './store';
import { TRANSIENT, Transaction } from './transaction';

const SESSION = 's';
const LIFETIME_MS = 30 * 60 * 1000;
const MOST_SESSIONS = 100_000;

/** What is kept of the last retryable write or transaction of a session. */
interface Memory {
  number: bigint;
  /** The statements before this one are done. */
  next: number;
  /** The reply so far; of a finished command the reply that a repetition gets. */
  reply: Doc | null;
  finished: boolean;
  committed: boolean;
}

/** A logical session: its transaction, and what a repeated command must be answered. */
export class Session {
  transaction: Transaction | null = null;
  number = -1n;
  used = Date.now();
  memory: Memory | null = null;
  /** The connection that its transaction was last used on. */
  connection: object | null = null;
  /** Commands that carry a transaction number run one after another. */
  readonly turns = new Turns();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly id: Key,
    private readonly lifeLimitMs: number,
  ) {}

  /** Begins a new number: whatever an older number had open is ended. */
  advance(number: bigint): void {
    if (number < this.number)
      throw new EngineError(
        225,
        'TransactionTooOld',
        `Cannot start transaction ${number} because a newer transaction ${this.number} has already started`,
      );
    if (number === this.number) return;
    this.abort();
    this.transaction = null;
    this.number = number;
  }

  begin(store: Store, catalog: Catalog, number: bigint): Transaction {
    if (number === this.number && (this.transaction || this.memory?.number === number))
      throw new EngineError(
        117,
        'ConflictingOperationInProgress',
        `Given transaction number ${number} does not start a new transaction`,
      );
    this.advance(number);
    const transaction = new Transaction(store, catalog);
    this.transaction = transaction;
    this.timer = setTimeout(() => transaction.abort(), this.lifeLimitMs);
    this.timer.unref();
    void transaction.ended.then(() => clearTimeout(this.timer));
    return transaction;
  }

  /** The open transaction of this number, or the error that tells why there is none. */
  current(number: bigint): Transaction {
    if (number < this.number) this.advance(number);
    const committed =
      this.transaction?.state === 'committed' ||
      (this.memory?.number === number && this.memory.committed);
    if (number === this.number && committed)
      throw new EngineError(
        256,
        'TransactionCommitted',
        `Transaction ${number} has been committed.`,
      );
    if (number !== this.number || this.transaction?.state !== 'active')
      throw new EngineError(
        251,
        'NoSuchTransaction',
        `Given transaction number ${number} does not match any in-progress transactions. The active transaction number is ${this.number}`,
        {},
        [TRANSIENT],
      );
    return this.transaction;
  }

  abort(): void {
    this.transaction?.abort();
  }
}

/** All logical sessions; what must survive a crash is in the store, under the session's id. */
export class Sessions {
  private readonly sessions = new Map<Key, Session>();

  constructor(
    private readonly store: Store,
    private readonly lifeLimitMs: number,
  ) {}

  of(id: Key): Session {
    let session = this.sessions.get(id);
    if (!session) {
      if (this.sessions.size >= MOST_SESSIONS)
        throw new EngineError(
          261,
          'TooManyLogicalSessions',
          'Unable to add session into the cache because the number of active sessions is too high',
        );
      session = new Session(id, this.lifeLimitMs);
      session.memory = this.recall(id);
      if (session.memory) session.number = session.memory.number;
      this.sessions.set(id, session);
    }
    session.used = Date.now();
    return session;
  }

  private recall(id: Key): Memory | null {
    const snapshot = this.store.snapshot();
    try {
      const bytes = snapshot.get(SESSION + id);
      if (!bytes) return null;
      const doc = decode(bytes);
      return {
        number: BigInt((doc['number'] as Long).toString()),
        next: Number(doc['next']),
        reply: doc['reply'] as Doc | null,
        finished: doc['finished'] === true,
        committed: doc['committed'] === true,
      };
    } finally {
      snapshot.done();
    }
  }

  /** Reads the memories from disk again, after a commit that failed: they were not kept. */
  load(): void {
    for (const session of this.sessions.values()) session.memory = this.recall(session.id);
  }

  /** Remembers in the same commit as the change itself what a repetition will be answered. */
  remember(writer: Writer, session: Session, memory: Memory): void {
    session.memory = memory;
    writer.put(SESSION + session.id, encode({ ...memory, at: new Date() }));
  }

  end(id: Key): void {
    this.sessions.get(id)?.abort();
    this.sessions.delete(id);
  }

  /** A connection has gone: the transaction that was in use on it cannot go on. */
  disconnected(connection: object): void {
    for (const session of this.sessions.values())
      if (session.connection === connection) session.abort();
  }

  abortAll(): void {
    for (const session of this.sessions.values()) session.abort();
  }

  openTransactions(): number {
    let n = 0;
    for (const { transaction } of this.sessions.values()) if (transaction?.state === 'active') n++;
    return n;
  }

  /** Forgets sessions that nobody has used for half an hour, on disk too. */
  async expire(): Promise<void> {
    const limit = Date.now() - LIFETIME_MS;
    for (const [id, session] of this.sessions) if (session.used < limit) this.end(id);
    const old: Key[] = [];
    const snapshot = this.store.snapshot();
    try {
      const list = snapshot.entries(SESSION, after(SESSION), false);
      for (let step = list.next(); !step.done; step = list.next())
        if ((decode(step.value.value)['at'] as Date).getTime() < limit) old.push(step.value.key);
    } finally {
      snapshot.done();
    }
    if (old.length > 0)
      await this.store.write((writer) => {
        for (const key of old) writer.remove(key);
      });
  }
}
