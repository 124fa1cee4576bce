import { AsyncLocalStorage } from 'node:async_hooks';

let source: () => Date = () => new Date();
const ownTime = new AsyncLocalStorage<() => Date>();

/** The current time. All code asks here, so that a test, or work that plays in the past, can set it. */
export const now = (): Date => (ownTime.getStore() ?? source)();

/** Replaces the clock; without an argument the real one comes back. For tests. */
export function setClock(replacement?: () => Date): void {
  source = replacement ?? (() => new Date());
}

/** Runs `work`, and nothing else, by a clock of its own. */
export const withClock = <T>(clock: () => Date, work: () => T): T => ownTime.run(clock, work);

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
