import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { Long, Timestamp } from 'bson';
import { Catalog } from './catalog';
import { Cursors } from './cursors';
import { Documents } from './documents';
import { lockFolder } from './lock';
import { ScanLog } from './scan-log';
import { Sessions } from './sessions';
import { Store } from './store';

export interface EngineOptions {
  /** The data folder; made where it is missing. */
  dir: string;
  /** How long a transaction may last. */
  transactionLifetimeMs?: number;
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
  readonly store: Store;
  readonly catalog: Catalog;
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
  private readonly unlock: () => void;
  private clock = Timestamp.fromBits(1, 0);

  constructor(options: EngineOptions) {
    const readOnly = cannotWrite(options.dir);
    if (!readOnly) mkdirSync(options.dir, { recursive: true });
    this.unlock = readOnly ? () => {} : lockFolder(options.dir);
    this.store = new Store(options.dir, readOnly);
    this.catalog = new Catalog(this.store);
    this.store.onFailure = () => this.catalog.load();
    this.documents = new Documents(this.catalog);
    this.sessions = new Sessions(this.store, options.transactionLifetimeMs ?? 60_000);
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
    await this.store.close();
    this.unlock();
  }
}
