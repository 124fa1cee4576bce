import { setTimeout as after } from 'node:timers/promises';
import { type ChildRun, type ChildSpec, type Ready, startChild } from './child';
import { Restarts } from './restarts';

export interface ServiceEvents {
  /** A line for the person at the terminal. */
  say(line: string): void;
  /** The child died again and again; it will not be started any more. */
  gaveUp(reason: string): void;
}

/** A child that is kept running: when it ends by itself it is started again. */
export class Service {
  readonly #spec: ChildSpec;
  readonly #events: ServiceEvents;
  readonly #restarts = new Restarts();
  readonly #stopping = new AbortController();
  #run: ChildRun | null = null;
  #kept: Promise<void> = Promise.resolve();

  constructor(spec: ChildSpec, events: ServiceEvents) {
    this.#spec = spec;
    this.#events = events;
  }

  /** Resolves when the child says for the first time that it serves; rejects when it never does. */
  start(): Promise<Ready> {
    return new Promise((resolve, reject) => {
      this.#kept = this.#keepRunning(resolve).then(() => {
        reject(new Error(`${this.#spec.name} did not start`));
      });
    });
  }

  async #keepRunning(onReady: (ready: Ready) => void): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      let readyAt: number | null = null;
      const run = startChild(this.#spec);
      this.#run = run;
      run.ready.then(
        (ready) => {
          readyAt = Date.now();
          onReady(ready);
        },
        () => undefined,
      );
      const reason = await run.ended;
      if (this.#stopping.signal.aborted) return;
      const delay = this.#restarts.afterEnd(readyAt === null ? 0 : Date.now() - readyAt);
      if (delay === null) {
        this.#events.gaveUp(`${this.#spec.name} ended again and again (${reason})`);
        return;
      }
      this.#events.say(`${this.#spec.name} ended (${reason}) and is started again`);
      await after(delay, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  /** Asks the child to end, makes it end after `patienceMs`; resolves when it is gone. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#run?.stop(patienceMs);
    await this.#kept;
  }

  kill(): void {
    this.#stopping.abort();
    this.#run?.kill();
  }
}
