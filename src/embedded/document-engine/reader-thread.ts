import { Worker } from 'node:worker_threads';
import { type Doc, decode } from './bson/codec';
import { EngineError } from './errors';

/** A read as it goes to the thread; documents are BSON, because classes do not survive the way. */
export interface ReadRequest {
  name: string;
  db: string;
  body: Uint8Array;
  /** `$$NOW` and the end of `maxTimeMS`, in milliseconds since 1970. */
  now: number;
  deadline: number;
}

export type ToThread =
  | ({ kind: 'open'; call: number } & ReadRequest)
  | { kind: 'more'; call: number; job: number; most: number; bytes: number }
  | { kind: 'close'; job: number };

export interface Batch {
  docs: Uint8Array[];
  done: boolean;
}

/** What the thread answers to `open`: the reply's fields and, of a cursor, its first batch. */
export interface Opened {
  fields: Uint8Array;
  batch: (Batch & { ns: string }) | null;
}

export interface ThreadFault {
  code: number;
  codeName: string;
  message: string;
  extra: Uint8Array;
}

export type FromThread = { call: number } & ({ answer: unknown } | { fault: ThreadFault });

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

const IDLE_MS = 60_000;

/**
 * A second thread for reads that take long: it has a view of its own on the same store, so the
 * first thread stays free for everybody else. It starts with the first such read and ends when
 * there has been none for a minute.
 */
export class ReaderThread {
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private readonly jobs = new Set<number>();
  private calls = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly program: string,
    private readonly data: { dir: string; readOnly: boolean },
  ) {}

  /** Runs a command; where its cursor stays open, `job` is the number to read on with. */
  async open(request: ReadRequest): Promise<{ fields: Doc; batch: Opened['batch']; job: number }> {
    const job = ++this.calls;
    this.jobs.add(job);
    try {
      const opened = (await this.ask({ kind: 'open', call: job, ...request })) as Opened;
      if (!opened.batch || opened.batch.done) this.forget(job);
      return { fields: decode(opened.fields), batch: opened.batch, job };
    } catch (error) {
      this.forget(job);
      throw error;
    }
  }

  async more(job: number, most: number, bytes: number): Promise<Batch> {
    const call = ++this.calls;
    const batch = (await this.ask({ kind: 'more', call, job, most, bytes })) as Batch;
    if (batch.done) this.forget(job);
    return batch;
  }

  close(job: number): void {
    if (!this.jobs.has(job)) return;
    this.worker?.postMessage({ kind: 'close', job } satisfies ToThread);
    this.forget(job);
  }

  private forget(job: number): void {
    this.jobs.delete(job);
    clearTimeout(this.timer);
    if (this.jobs.size > 0) return;
    this.timer = setTimeout(() => void this.stop(), IDLE_MS);
    this.timer.unref();
  }

  private ask(message: ToThread & { call: number }): Promise<unknown> {
    clearTimeout(this.timer);
    const worker = this.start();
    return new Promise((resolve, reject) => {
      this.waiting.set(message.call, { resolve, reject });
      worker.postMessage(message);
    });
  }

  private start(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(this.program, {
      workerData: this.data,
      // Nothing of what the process was started with concerns a thread of it.
      argv: [],
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 1_024 },
    });
    this.worker = worker;
    worker.unref();
    worker.on('message', (message: FromThread) => this.settle(message));
    // Out of memory, for one: those who wait are told, and the next read starts a new one.
    worker.on('error', (error) => this.lost(worker, error.message));
    worker.on('exit', () => this.lost(worker, 'the thread ended'));
    return worker;
  }

  private settle(message: FromThread): void {
    const waiting = this.waiting.get(message.call);
    this.waiting.delete(message.call);
    if ('answer' in message) waiting?.resolve(message.answer);
    else {
      const { code, codeName, message: text, extra } = message.fault;
      waiting?.reject(new EngineError(code, codeName, text, decode(extra)));
    }
  }

  private lost(worker: Worker, why: string): void {
    if (this.worker !== worker) return;
    this.worker = null;
    this.jobs.clear();
    const error = new EngineError(8, 'UnknownError', `a long read was broken off: ${why}`);
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  async stop(): Promise<void> {
    const { worker } = this;
    clearTimeout(this.timer);
    if (!worker) return;
    this.lost(worker, 'the engine ends');
    await worker.terminate();
  }
}
