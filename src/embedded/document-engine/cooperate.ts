/** How long a piece of work goes on before it lets the others in. */
export const SLICE_MS = 2;

/** Lets other clients be served before the work goes on. */
export const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Counts the time of a long piece of work: `if (slice.over()) await slice.next()`. */
export class Slice {
  until = performance.now() + SLICE_MS;

  over(): boolean {
    return performance.now() > this.until;
  }

  async next(): Promise<void> {
    await pause();
    this.until = performance.now() + SLICE_MS;
  }
}

/** Runs pieces of work one after another. */
export class Turns {
  private tail: Promise<void> = Promise.resolve();

  async take<T>(work: () => Promise<T>): Promise<T> {
    const before = this.tail;
    let release: () => void = () => {};
    this.tail = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    try {
      return await work();
    } finally {
      release();
    }
  }
}
