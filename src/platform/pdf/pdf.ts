import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { DIST } from '../paths';
import type { DesignFault, Numbered, RenderAnswer, RenderRequest } from './protocol';

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

interface Waiting {
  resolve(bytes: Buffer): void;
  reject(fault: Error): void;
  timer: NodeJS.Timeout;
}

/** One child process with the requests that it has not answered yet. */
class RendererProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #timeLimitMs: number;
  #count = 0;
  #alive = true;

  constructor(timeLimitMs: number) {
    this.#timeLimitMs = timeLimitMs;
    this.#child = fork(path.join(DIST, 'pdf-renderer.js'), {
      serialization: 'advanced',
      env: ENVIRONMENT,
    });
    this.#child.on('message', (answer: RenderAnswer) => this.#settle(answer));
    this.#child.once('exit', () => this.#fail(new Error('The PDF renderer ended')));
    this.#child.once('error', (error) => this.#fail(error));
    this.#child.unref();
    this.#child.channel?.unref();
  }

  get usable(): boolean {
    return this.#alive && this.#count < RENDERS_PER_PROCESS;
  }

  render(request: RenderRequest): Promise<Buffer> {
    this.#count += 1;
    const numbered: Numbered<RenderRequest> = { ...request, id: this.#count };
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        // Compiling cannot be interrupted from within.
        this.#fail(new Error(`A document took more than ${this.#timeLimitMs / 1000} s`));
        this.#child.kill('SIGKILL');
      }, this.#timeLimitMs);
      this.#waiting.set(numbered.id, { resolve, reject, timer });
      this.#child.channel?.ref();
      this.#child.send(numbered, (error) => {
        if (error) this.#fail(error);
      });
    });
  }

  /** Ends the process once it has answered everything. */
  retire(): void {
    if (this.#alive && this.#waiting.size === 0) this.#child.disconnect();
  }

  #settle(answer: RenderAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.timer);
    if ('bytes' in answer) waiting.resolve(Buffer.from(answer.bytes));
    else waiting.reject(new DesignFaulty(answer.fault, answer.faults));
    if (this.#waiting.size > 0) return;
    this.#child.channel?.unref();
    if (!this.usable) this.retire();
  }

  #fail(fault: Error): void {
    this.#alive = false;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(fault);
    }
    this.#waiting.clear();
  }
}

/**
 * Renders in a child process, which is started at the first document and replaced when it is worn
 * or dead.
 */
export function createPdfRenderer(options: { timeLimitMs?: number } = {}): PdfRenderer {
  let current: RendererProcess | undefined;
  return {
    render(request) {
      if (!current?.usable) current = new RendererProcess(options.timeLimitMs ?? TIME_LIMIT_MS);
      return current.render(request);
    },
    close: async () => {
      current?.retire();
    },
  };
}
