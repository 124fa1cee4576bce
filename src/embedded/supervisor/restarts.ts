/** A child that served for less than this died quickly. */
const QUICK_MS = 10_000;
/** Of one that never served: what is wrong with it will not mend itself. */
const MOST_DEATHS_AT_THE_START = 5;
/** Of one that has served: what ends it may pass, and nobody may be there to start Kelas again. */
const MOST_QUICK_DEATHS = 20;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;

/** Decides what follows the end of a child: how long to wait, or that it is hopeless. */
export class Restarts {
  #quickDeaths = 0;
  #hasServed = false;

  /**
   * @param servedMs how long the child served; 0 when it never did
   * @returns milliseconds until its next start, or null to give up
   */
  afterEnd(servedMs: number): number | null {
    this.#quickDeaths = servedMs < QUICK_MS ? this.#quickDeaths + 1 : 1;
    this.#hasServed ||= servedMs > 0;
    const most = this.#hasServed ? MOST_QUICK_DEATHS : MOST_DEATHS_AT_THE_START;
    if (this.#quickDeaths >= most) return null;
    return Math.min(FIRST_DELAY_MS * 2 ** (this.#quickDeaths - 1), LONGEST_DELAY_MS);
  }
}
