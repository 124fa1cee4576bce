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
    this.renew();
  }

  renew(): void {
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

/** A stable sort in slices: it yields where others should be let in. */
export function* mergeSort<T>(items: T[], order: (a: T, b: T) => number): Generator<void, T[]> {
  const run = 1024;
  let runs: T[][] = [];
  let until = performance.now() + SLICE_MS;
  for (let i = 0; i < items.length; i += run) {
    runs.push(items.slice(i, i + run).sort(order));
    if (performance.now() > until) {
      yield;
      until = performance.now() + SLICE_MS;
    }
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const left = runs[i] ?? [];
      const right = runs[i + 1] ?? [];
      const out: T[] = [];
      let l = 0;
      let r = 0;
      while (l < left.length && r < right.length) {
        out.push(order(left[l] as T, right[r] as T) <= 0 ? (left[l++] as T) : (right[r++] as T));
        if ((out.length & 255) === 0 && performance.now() > until) {
          yield;
          until = performance.now() + SLICE_MS;
        }
      }
      while (l < left.length) out.push(left[l++] as T);
      while (r < right.length) out.push(right[r++] as T);
      merged.push(out);
    }
    runs = merged;
  }
  return runs[0] ?? [];
}
