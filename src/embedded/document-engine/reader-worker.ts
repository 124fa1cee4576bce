import { parentPort, workerData } from 'node:worker_threads';
import type { Access } from './access';
import { decode, encode } from './bson/codec';
import { Catalog } from './catalog';
import { MAX_REGEX_MS } from './commands/context';
import { READ_IN_THREAD } from './commands/hand-over';
import { Engine } from './engine';
import { EngineError } from './errors';
import type { FromThread, Opened, ToThread } from './reader-thread';
import type { ScanLog } from './scan-log';
import { type Reader, type Snapshot, Store } from './store';

/** Reads one state of the store from beginning to end. */
class FixedAccess implements Access {
  readonly transaction = null;

  constructor(
    private readonly snapshot: Snapshot,
    readonly scans: ScanLog,
  ) {}

  reader(): Reader {
    return this.snapshot;
  }

  generation(): number {
    return 0;
  }

  sequence(): number {
    return Number.POSITIVE_INFINITY;
  }

  release(): void {}

  write<T>(): Promise<T> {
    return Promise.reject(
      new EngineError(8, 'UnknownError', 'the thread of long reads cannot write'),
    );
  }
}

interface Job {
  engine: Engine;
  cursor: string;
  snapshot: Snapshot;
}

/** The thread of long reads: answers what `ReaderThread` asks. */
export function serveReads(): void {
  const port = parentPort;
  if (!port) throw new Error('not a thread');
  const { dir, readOnly } = workerData as { dir: string; readOnly: boolean };
  const store = new Store(dir, readOnly);
  const jobs = new Map<number, Job>();

  const close = (number: number): void => {
    const job = jobs.get(number);
    jobs.delete(number);
    job?.engine.cursors.closeAll();
    job?.snapshot.done();
    // While a state is held, the store keeps every page that has changed since: its file would grow.
    if (job && jobs.size === 0) store.renew();
  };

  const open = async (request: ToThread & { kind: 'open' }): Promise<Opened> => {
    store.renew();
    const snapshot = store.snapshot();
    // The catalogue of that very state: an index that came later is not complete in it.
    const engine = new Engine(store, new Catalog(store, snapshot));
    jobs.set(request.call, { engine, cursor: '', snapshot });
    try {
      const { fields, cursor } = await runRead(engine, snapshot, request);
      const done = cursor === undefined || String(cursor.id) === '0';
      if (done) close(request.call);
      else jobs.set(request.call, { engine, cursor: String(cursor.id), snapshot });
      const batch = cursor ? { docs: cursor.docs, done, ns: cursor.ns } : null;
      return { fields: encode(fields), batch };
    } catch (error) {
      close(request.call);
      throw error;
    }
  };

  const more = async ({ job: number, most, bytes }: ToThread & { kind: 'more' }) => {
    const job = jobs.get(number);
    if (!job) throw new EngineError(43, 'CursorNotFound', 'the cursor was closed');
    const batch = await job.engine.cursors.more(job.cursor, () => {}, most, bytes);
    if (batch.done) close(number);
    return batch;
  };

  port.on('message', (message: ToThread) => {
    if (message.kind === 'close') {
      close(message.job);
      return;
    }
    const { call } = message;
    (message.kind === 'open' ? open(message) : more(message)).then(
      (answer) => port.postMessage({ call, answer } satisfies FromThread),
      (error: unknown) => port.postMessage(faultOf(call, error)),
    );
  });
}

function runRead(engine: Engine, snapshot: Snapshot, request: ToThread & { kind: 'open' }) {
  const body = decode(request.body);
  const { name, db, now, deadline } = request;
  const run = READ_IN_THREAD[name];
  if (!run) throw new EngineError(59, 'CommandNotFound', `no such read: '${name}'`);
  return run({
    engine,
    name,
    body,
    db,
    sequences: new Map(),
    env: {
      now: new Date(now),
      clusterTime: engine.tick(),
      let: body['let'] as never,
      maxRegexMs: MAX_REGEX_MS,
    },
    access: new FixedAccess(snapshot, engine.scans),
    session: null,
    retry: null,
    deadline,
    connection: {},
    patience: null,
  });
}

function faultOf(call: number, error: unknown): FromThread {
  const known =
    error instanceof EngineError ? error : new EngineError(8, 'UnknownError', String(error));
  const { code, codeName, message, extra } = known;
  return { call, fault: { code, codeName, message, extra: encode(extra) } };
}
