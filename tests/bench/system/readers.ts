import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from './browser';
import { percentile } from './measure';

/** How long a lesson took that was asked for at its time, whatever else happened. */
export interface Pace {
  readonly requests: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * People who turn a page at a steady pace, each when their time has come and not when the site has
 * answered the last: a site that stands still for a second is seen by everyone who waits.
 */
export class Readers {
  readonly #browsers: readonly Browser[];
  readonly #path: (reader: number) => string;
  /** Milliseconds between two pages of one reader. */
  readonly #everyMs: number;

  constructor(browsers: readonly Browser[], path: (reader: number) => string, perSecond: number) {
    this.#browsers = browsers;
    this.#path = path;
    this.#everyMs = (browsers.length * 1_000) / perSecond;
  }

  /** Reads until `isOver`, and at least once. */
  async read(isOver: () => boolean): Promise<Pace> {
    const times: number[] = [];
    const began = performance.now();
    await Promise.all(
      this.#browsers.map(async (browser, reader) => {
        let due = began + (this.#everyMs * reader) / this.#browsers.length;
        do {
          await wait(Math.max(0, due - performance.now()));
          const { status } = await browser.get(this.#path(reader), { packed: true });
          if (status !== 200) throw new Error(`A lesson was answered with ${status}`);
          times.push(performance.now() - due);
          due += this.#everyMs;
        } while (!isOver());
      }),
    );
    times.sort((a, b) => a - b);
    return {
      requests: times.length,
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
    };
  }
}
