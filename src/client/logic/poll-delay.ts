const FIRST = 2000;
const LONGEST = 30_000;

/** Milliseconds until the next question: two seconds for the first minute, then ever longer. */
export const pollDelay = (asked: number): number =>
  asked < 30 ? FIRST : Math.min(LONGEST, FIRST * 1.5 ** (asked - 29));
