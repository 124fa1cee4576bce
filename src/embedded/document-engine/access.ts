import { Slice } from './cooperate';
import { EngineError } from './errors';
import type { View } from './query';
import type { ScanLog } from './scan-log';
import { Held, type Reader, type Snapshot, type Store, type Writer } from './store';
import type { Transaction } from './transaction';

/** How a command reads and writes: straight, or inside a transaction. */
export interface Access extends View {
  readonly transaction: Transaction | null;
  /** Runs a task that checks and then writes; afterwards reads see it. */
  write<T>(task: (writer: Writer) => T): Promise<T>;
  /** Gives the view back; the next read takes a new one. */
  release(): void;
}

/** Outside of transactions: the newest snapshot for each command, writes by group commit. */
export class PlainAccess implements Access {
  readonly transaction = null;
  private snapshot: Snapshot | null = null;
  private taken = 0;

  constructor(
    private readonly store: Store,
    readonly scans: ScanLog,
    private readonly deadline: number,
  ) {}

  reader(): Reader {
    if (!this.snapshot) {
      this.snapshot = this.store.snapshot();
      this.taken++;
    }
    return this.snapshot;
  }

  generation(): number {
    return this.snapshot ? this.taken : -1 - this.taken;
  }

  sequence(): number {
    return this.snapshot?.sequence ?? -1;
  }

  release(): void {
    this.snapshot?.done();
    this.snapshot = null;
  }

  /** A key that a transaction holds is waited for, as long as the command may last. */
  async write<T>(task: (writer: Writer) => T): Promise<T> {
    this.release();
    for (;;) {
      try {
        return await this.store.write(task);
      } catch (error) {
        if (!(error instanceof Held)) throw error;
        await this.waitFor(error.holder.ended);
      }
    }
  }

  private async waitFor(ended: Promise<void>): Promise<void> {
    const left = this.deadline - Date.now();
    if (left > 2 ** 31) return ended;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), Math.max(0, left));
    });
    const outcome = await Promise.race([ended, late]);
    clearTimeout(timer);
    if (outcome === 'late') throw outOfTime();
  }
}

const outOfTime = (): EngineError =>
  new EngineError(50, 'MaxTimeMSExpired', 'operation exceeded time limit');

export class TransactionAccess implements Access {
  private readonly slice = new Slice();

  constructor(
    readonly transaction: Transaction,
    readonly scans: ScanLog,
  ) {}

  reader(): Reader {
    this.transaction.checkActive();
    return this.transaction;
  }

  generation(): number {
    return this.transaction.generation();
  }

  sequence(): number {
    return this.transaction.sequence();
  }

  /** Nothing here waits for the disk, so a command of many writes lets others in by itself. */
  async write<T>(task: (writer: Writer) => T): Promise<T> {
    if (this.slice.over()) await this.slice.next();
    this.transaction.checkActive();
    return task(this.transaction);
  }

  release(): void {}
}
