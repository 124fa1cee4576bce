interface Draw {
  readonly tag: string;
  readonly count: number;
}
interface Tagged {
  readonly id: string;
  readonly tags: readonly string[];
}

/**
 * Gives each draw its questions, none to two draws, in the order of `questions` where that is free
 * (Kuhn's bipartite matching: a question moves to another of its tags when one needs it more).
 * @returns the questions' ids in the order of `questions`, or the tag that cannot be filled.
 */
export function fillDraws(
  draws: readonly Draw[],
  questions: readonly Tagged[],
): { ids: string[] } | { unfilled: string } {
  const slots = draws.flatMap(({ tag, count }) => Array.from({ length: count }, () => tag));
  const slotOf = new Map<string, number>();
  const place = (slot: number, tried: Set<string>): boolean => {
    for (const { id, tags } of questions) {
      if (tried.has(id) || !tags.includes(slots[slot] ?? '')) continue;
      tried.add(id);
      const holder = slotOf.get(id);
      if (holder === undefined || place(holder, tried)) {
        slotOf.set(id, slot);
        return true;
      }
    }
    return false;
  };
  for (let slot = 0; slot < slots.length; slot += 1) {
    if (!place(slot, new Set())) return { unfilled: slots[slot] ?? '' };
  }
  return { ids: questions.filter(({ id }) => slotOf.has(id)).map(({ id }) => id) };
}

/** The tag for which there are not enough questions when all draws are made, or null. */
export function unfilledTag(draws: readonly Draw[], questions: readonly Tagged[]): string | null {
  const filled = fillDraws(draws, questions);
  return 'unfilled' in filled ? filled.unfilled : null;
}
