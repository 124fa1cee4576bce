const last = new Map<string, Promise<unknown>>();

/**
 * Runs work about the same thing one after the other within this process. Right it is without: the
 * database lets only one of two conflicting transactions through. But fifty that begin at once
 * would make each other run again and again.
 */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = last.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  last.set(key, mine);
  try {
    return await mine;
  } finally {
    if (last.get(key) === mine) last.delete(key);
  }
}
