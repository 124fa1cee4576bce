let source: () => Date = () => new Date();

/** The current time. All code asks here, so that a test can set it. */
export const now = (): Date => source();

/** Replaces the clock; without an argument the real one comes back. For tests. */
export function setClock(replacement?: () => Date): void {
  source = replacement ?? (() => new Date());
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
