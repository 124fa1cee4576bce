/**
 * Does it to all at once. When that fails, to each alone: one that cannot be done does not hold up
 * the others.
 * @throws the fault of the one that could not be done, or an AggregateError with those of several
 */
export async function allOrEach<T>(
  items: readonly T[],
  work: (items: readonly T[]) => Promise<void>,
): Promise<void> {
  if (items.length > 1) {
    try {
      await work(items);
      return;
    } catch {
      // Whose fault it is shows when each is done alone.
    }
  }
  await eachAlone(items, (item) => work([item]));
}

/** Does it to one after the other, whatever becomes of those before. @throws as `allOrEach` */
export async function eachAlone<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const faults: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      faults.push(error);
    }
  }
  throwAll(faults, items.length);
}

/** Nothing when there is none; one as it is, several as one. @param of how many were tried */
export function throwAll(faults: readonly unknown[], of: number): void {
  const [first, ...others] = faults;
  if (first === undefined) return;
  if (others.length === 0) throw first;
  throw new AggregateError(faults, `${faults.length} of ${of} could not be done`);
}
