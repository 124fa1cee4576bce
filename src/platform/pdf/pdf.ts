import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { DIST } from '../paths';
import type { RenderAnswer, RenderRequest } from './protocol';

/** Makes PDF documents from Typst templates. */
export interface PdfRenderer {
  /**
   * @param template path of a Typst file below views/, such as `certificates/certificate.typ`
   * @param data what the template reads as `json(bytes(sys.inputs.data))`
   * @param createdAt the document's own date; the same input gives the same bytes
   * @throws with the compiler's words, or when the renderer died over it or took too long
   */
  render(template: string, data: unknown, createdAt: Date): Promise<Buffer>;
  close(): Promise<void>;
}

/** The compiler keeps about 0.1 MB of each document: a new process takes over after this many. */
const RENDERS_PER_PROCESS = 300;
const TIME_LIMIT_MS = 20_000;

interface Waiting {
  resolve(pdf: Buffer): void;
  reject(fault: Error): void;
  timer: NodeJS.Timeout;
}

/** One child process with the requests that it has not answered yet. */
class RendererProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;
  #alive = true;

  constructor() {
    this.#child = fork(path.join(DIST, 'pdf-renderer.js'), { serialization: 'advanced' });
    this.#child.on('message', (answer: RenderAnswer) => this.#settle(answer));
    this.#child.once('exit', () => this.#fail(new Error('The PDF renderer ended')));
    this.#child.once('error', (error) => this.#fail(error));
    this.#child.unref();
    this.#child.channel?.unref();
  }

  get usable(): boolean {
    return this.#alive && this.#count < RENDERS_PER_PROCESS;
  }

  render(request: Omit<RenderRequest, 'id'>): Promise<Buffer> {
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        // Compiling cannot be interrupted from within.
        this.#fail(new Error(`${request.template} took more than ${TIME_LIMIT_MS / 1000} s`));
        this.#child.kill('SIGKILL');
      }, TIME_LIMIT_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#child.channel?.ref();
      this.#child.send({ id, ...request }, (error) => {
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
    if ('pdf' in answer) waiting.resolve(Buffer.from(answer.pdf));
    else waiting.reject(new Error(answer.fault));
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

/** Renders in a child process, which is started at the first document and replaced when it is worn or dead. */
export function createPdfRenderer(): PdfRenderer {
  let current: RendererProcess | undefined;
  return {
    render(template, data, createdAt) {
      if (!current?.usable) current = new RendererProcess();
      return current.render({ template, data, createdAt: createdAt.getTime() });
    },
    close: async () => {
      current?.retire();
    },
  };
}
