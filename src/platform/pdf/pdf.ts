import { type ChildProcess, fork } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { DIST } from '../paths';
import type { DesignFault, RenderAnswer, RenderRequest } from './protocol';

/** Makes documents from Typst designs. */
export interface PdfRenderer {
  /** @throws DesignFaulty with the compiler's words; any other error when the renderer died or took too long */
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

/** The compiler keeps about 0.1 MB of each document: a new process takes over after this many. */
const RENDERS_PER_PROCESS = 300;
const TIME_LIMIT_MS = 20_000;

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

/** A child process, with the documents that it was asked for and has not given yet, in their order. */
class RendererProcess {
  readonly #child: ChildProcess;
  readonly #tasks: Task[] = [];
  readonly #timeLimitMs: number;
  readonly #onFree: (undone: readonly Task[]) => void;
  #timer: NodeJS.Timeout | undefined;
  #count = 0;
  #alive = true;

  /** @param onFree called when it can take another, or never more: with what it has not begun then */
  constructor(timeLimitMs: number, onFree: (undone: readonly Task[]) => void) {
    this.#timeLimitMs = timeLimitMs;
    this.#onFree = onFree;
    this.#child = fork(path.join(DIST, 'pdf-renderer.js'), {
      serialization: 'advanced',
      env: ENVIRONMENT,
    });
    giveWay(this.#child.pid);
    this.#child.on('message', (answer: RenderAnswer) => this.#settle(answer));
    this.#child.once('exit', () => this.#fail(new Error('The PDF renderer ended')));
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
    this.#tasks.push(task);
    if (this.#tasks.length === 1) this.#watch();
    this.#child.channel?.ref();
    this.#child.send(task.request, (error) => {
      if (error) this.#fail(error);
    });
  }

  /** Ends the process once it has answered everything. */
  retire(): void {
    if (this.#alive && this.#tasks.length === 0) this.#child.disconnect();
  }

  /** Compiling cannot be interrupted from within. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#tasks.length === 0) return;
    this.#timer = setTimeout(() => {
      this.#fail(new Error(`A document took more than ${this.#timeLimitMs / 1000} s`));
      this.#child.kill('SIGKILL');
    }, this.#timeLimitMs);
  }

  #settle(answer: RenderAnswer): void {
    const task = this.#tasks.shift();
    if (!task) return;
    this.#watch();
    if ('bytes' in answer) task.resolve(Buffer.from(answer.bytes));
    else task.reject(new DesignFaulty(answer.fault, answer.faults));
    if (this.#tasks.length === 0) {
      this.#child.channel?.unref();
      if (!this.usable) this.retire();
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

/** Documents can wait, people cannot: the processes that serve them come first. */
function giveWay(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    os.setPriority(pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed here, or it has ended already: then it runs like the others.
  }
}

/**
 * Renders in a child process, which is started at the first document and replaced when it is worn
 * or dead. When it dies, the document at which it was fails; those that wait go to the next process.
 */
export function createPdfRenderer(options: { timeLimitMs?: number } = {}): PdfRenderer {
  const waiting: Task[] = [];
  let current: RendererProcess | undefined;
  const goOn = (undone: readonly Task[]): void => {
    waiting.unshift(...undone);
    while (waiting.length > 0 && !(current?.usable && current.busy)) {
      if (!current?.usable) {
        current = new RendererProcess(options.timeLimitMs ?? TIME_LIMIT_MS, goOn);
      }
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
