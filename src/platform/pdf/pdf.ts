import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { DIST } from '../paths';
import { giveWay } from '../process';
import type { DesignFault, RenderAnswer, RenderRequest } from './protocol';

/** Makes documents from Typst designs. */
export interface PdfRenderer {
  /** @throws DesignFaulty with the compiler's words; RendererEnded when its process did not live to answer */
  render(request: RenderRequest): Promise<Buffer>;
  close(): Promise<void>;
}

/** A design that does not compile, with the places. */
export class DesignFaulty extends Error {
  readonly faults: readonly DesignFault[];

  constructor(message: string, faults: readonly DesignFault[]) {
    super(message);
    this.name = 'DesignFaulty';
    this.faults = faults;
  }
}

/** Why a document was not made, though nothing is known to be wrong with it. */
export class RendererEnded extends Error {
  readonly why: 'time' | 'memory' | 'ended';

  constructor(why: RendererEnded['why'], message: string) {
    super(message);
    this.name = 'RendererEnded';
    this.why = why;
  }
}

/** The compiler keeps about 0.1 MB of each document: a new process takes over after this many. */
const RENDERS_PER_PROCESS = 300;
const TIME_LIMIT_MS = 20_000;
/** Documents can wait, people who turn a page cannot. */
const NICENESS = 10;
/** With all typefaces and after its last document a process has about 130 MB. */
const MEMORY_LIMIT_MB = 1_024;
/** On a busy machine; the time of a document counts from when the process is ready. */
const START_LIMIT_MS = 60_000;
/** A web draws a picture now and then: its process is not kept for that. */
const REST_MS = 60_000;

interface Limits {
  timeLimitMs: number;
  memoryLimitMb: number;
  /** A process that has had nothing to do for so long is ended. */
  restMs: number;
}

/**
 * What the compiler takes is not the engine's own memory, and only the kernel can bound it. Where
 * there is no such bound (macOS), time is the only limit. A process that breaks off leaves no core
 * file: it would hold names.
 */
const BOUNDED = 'ulimit -c 0; ulimit -d "$0"; exec "$@"';

/**
 * All that the process knows of its surroundings: no secrets, and a proxy that is not there, so
 * that a design that asks for a package from the network gets none.
 */
const ENVIRONMENT = Object.fromEntries(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].map((name) => [name, 'http://127.0.0.1:9']),
);

interface Task {
  readonly request: RenderRequest;
  resolve(bytes: Buffer): void;
  reject(fault: Error): void;
}

/** The process has the next document at hand when one is done; more would only wait in it. */
const ABREAST = 2;

/** The compiler and the engine both abort when they get no more memory. */
const endedBy = (signal: NodeJS.Signals | null, { memoryLimitMb }: Limits): RendererEnded =>
  signal === 'SIGABRT'
    ? new RendererEnded('memory', `A document took more than ${memoryLimitMb} MB`)
    : new RendererEnded('ended', 'The PDF renderer ended');

/** A child process, with the documents that it was asked for and has not given yet, in their order. */
class RendererProcess {
  readonly #child: ChildProcess;
  readonly #tasks: Task[] = [];
  readonly #limits: Limits;
  readonly #onFree: (undone: readonly Task[]) => void;
  #timer: NodeJS.Timeout | undefined;
  #restTimer: NodeJS.Timeout | undefined;
  #ready = false;
  #count = 0;
  #alive = true;

  /** @param onFree called when it can take another, or never more: with what it has not begun then */
  constructor(limits: Limits, onFree: (undone: readonly Task[]) => void) {
    this.#limits = limits;
    this.#onFree = onFree;
    const program = [process.execPath, ...process.execArgv, path.join(DIST, 'pdf-renderer.js')];
    const kilobytes = String(limits.memoryLimitMb * 1024);
    this.#child = spawn('/bin/sh', ['-c', BOUNDED, kilobytes, ...program], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      env: ENVIRONMENT,
    });
    if (this.#child.pid !== undefined) giveWay(this.#child.pid, NICENESS);
    this.#child.on('message', (answer: RenderAnswer) => this.#settle(answer));
    this.#child.once('exit', (_code, signal) => this.#fail(endedBy(signal, limits)));
    this.#child.once('error', (error) => this.#fail(error));
    this.#child.unref();
    this.#child.channel?.unref();
  }

  get usable(): boolean {
    return this.#alive && this.#count < RENDERS_PER_PROCESS;
  }

  get busy(): boolean {
    return this.#tasks.length >= ABREAST;
  }

  render(task: Task): void {
    this.#count += 1;
    clearTimeout(this.#restTimer);
    this.#tasks.push(task);
    if (this.#tasks.length === 1) this.#watch();
    this.#child.channel?.ref();
    this.#child.send(task.request, (error) => {
      if (error) this.#fail(error);
    });
  }

  /** Ends the process once it has answered everything. */
  retire(): void {
    if (!this.#alive || this.#tasks.length > 0) return;
    this.#alive = false;
    clearTimeout(this.#restTimer);
    this.#child.disconnect();
  }

  /** Compiling cannot be interrupted from within. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#tasks.length === 0) return;
    const limit = this.#ready ? this.#limits.timeLimitMs : START_LIMIT_MS;
    this.#timer = setTimeout(() => {
      this.#fail(new RendererEnded('time', `A document took more than ${limit / 1000} s`));
      this.#child.kill('SIGKILL');
    }, limit);
  }

  #settle(answer: RenderAnswer): void {
    if ('ready' in answer) {
      this.#ready = true;
      this.#watch();
      return;
    }
    const task = this.#tasks.shift();
    if (!task) return;
    this.#watch();
    if ('bytes' in answer) task.resolve(Buffer.from(answer.bytes));
    else task.reject(new DesignFaulty(answer.fault, answer.faults));
    if (this.#tasks.length === 0) {
      this.#child.channel?.unref();
      if (!this.usable) this.retire();
      else this.#restTimer = setTimeout(() => this.retire(), this.#limits.restMs).unref();
    }
    this.#onFree([]);
  }

  /** The first was at work, and may be what killed it; those behind it had not been begun. */
  #fail(fault: Error): void {
    if (!this.#alive) return;
    this.#alive = false;
    const [first, ...others] = this.#tasks.splice(0);
    this.#watch();
    first?.reject(fault);
    this.#onFree(others);
  }
}

/**
 * Renders in a child process, which is started at the first document and replaced when it is worn,
 * dead or at rest. When it dies, the document at which it was fails; those that wait go to the next process.
 */
export function createPdfRenderer(options: Partial<Limits> = {}): PdfRenderer {
  const limits = {
    timeLimitMs: TIME_LIMIT_MS,
    memoryLimitMb: MEMORY_LIMIT_MB,
    restMs: REST_MS,
    ...options,
  };
  const waiting: Task[] = [];
  let current: RendererProcess | undefined;
  const goOn = (undone: readonly Task[]): void => {
    waiting.unshift(...undone);
    while (waiting.length > 0 && !(current?.usable && current.busy)) {
      if (!current?.usable) current = new RendererProcess(limits, goOn);
      const task = waiting.shift();
      if (task) current.render(task);
    }
  };
  return {
    render: (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ request, resolve, reject });
        goOn([]);
      }),
    close: async () => {
      current?.retire();
    },
  };
}
