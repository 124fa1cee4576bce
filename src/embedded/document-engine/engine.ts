import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { Long, Timestamp } from 'bson';
import { Catalog } from './catalog';
import { Cursors } from './cursors';
import { Documents } from './documents';
import { lockFolder } from './lock';
import { ReaderThread } from './reader-thread';
import { ScanLog } from './scan-log';
import { Sessions } from './sessions';
import { Store } from './store';

export interface EngineOptions {
  /** The data folder; made where it is missing. */
  dir: string;
  /** How long a transaction may last. */
  transactionLifetimeMs?: number;
  /** The script that the thread of long reads runs. */
  program?: string;
}

/** Data that may only be read is still served; writers get an error. */
function cannotWrite(dir: string): boolean {
  const data = path.join(dir, 'data.mdb');
  if (!existsSync(data)) return false;
  try {
    accessSync(dir, constants.W_OK);
    accessSync(data, constants.W_OK);
    return false;
  } catch {
    return true;
  }
}

/** Everything that the commands of one data folder share. */
export class Engine {
  readonly documents: Documents;
  readonly sessions: Sessions;
  readonly cursors = new Cursors();
  readonly scans = new ScanLog();
  readonly started = Date.now();
  /** What a client sees as the address of this server. */
  address = 'localhost';
  ttlIntervalMs = 60_000;
  connections = 0;
  readonly counters = new Map<string, number>();
  /** Takes reads that last long; null where everything is done in this thread. */
  longReads: ReaderThread | null = null;
  private unlock: () => void = () => {};
  private clock = Timestamp.fromBits(1, 0);

  constructor(
    readonly store: Store,
    readonly catalog: Catalog,
    transactionLifetimeMs = 60_000,
  ) {
    this.documents = new Documents(catalog);
    this.sessions = new Sessions(store, transactionLifetimeMs);
    store.onFailure = () => {
      catalog.load();
      this.sessions.load();
    };
  }

  /** Opens a data folder, which nobody else may then open. */
  static open({ dir, transactionLifetimeMs, program }: EngineOptions): Engine {
    const readOnly = cannotWrite(dir);
    if (!readOnly) mkdirSync(dir, { recursive: true, mode: 0o700 });
    const unlock = readOnly ? () => {} : lockFolder(dir);
    const store = new Store(dir, readOnly);
    const engine = new Engine(store, new Catalog(store), transactionLifetimeMs);
    engine.unlock = unlock;
    if (program) engine.longReads = new ReaderThread(program, { dir, readOnly });
    return engine;
  }

  /** The logical time: it grows with every call. */
  tick(): Timestamp {
    const seconds = Math.floor(Date.now() / 1000);
    const { high, low } = this.clock;
    this.clock =
      seconds > high
        ? new Timestamp({ t: seconds, i: 1 })
        : new Timestamp({ t: high, i: (low >>> 0) + 1 });
    return this.clock;
  }

  clusterTime(): Record<string, unknown> {
    const signature = { hash: Buffer.alloc(20), keyId: Long.ZERO };
    return { clusterTime: this.clock, signature };
  }

  now(): Timestamp {
    return this.clock;
  }

  async close(): Promise<void> {
    this.sessions.abortAll();
    this.cursors.closeAll();
    await this.longReads?.stop();
    await this.store.close();
    this.unlock();
  }
}
