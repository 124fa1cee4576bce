/** What one answer is worth. */
export interface Graded {
  /** Share of the question's points, 0 to 1. */
  readonly fraction: number;
  readonly verdict: 'right' | 'partly' | 'wrong' | 'unanswered';
  /** For each option, pair, item or gap that was answered, by id: whether that part is right. */
  readonly parts: Readonly<Record<string, boolean>>;
}

export const UNANSWERED: Graded = { fraction: 0, verdict: 'unanswered', parts: {} };

/** A result from a share of the points; anything below nothing is nothing. */
export function graded(fraction: number, parts: Readonly<Record<string, boolean>> = {}): Graded {
  const share = Math.min(1, Math.max(0, fraction));
  const verdict = share === 1 ? 'right' : share > 0 ? 'partly' : 'wrong';
  return { fraction: share, verdict, parts };
}

/** Each part counts the same. */
export function gradedParts(parts: Readonly<Record<string, boolean>>, total: number): Graded {
  const right = Object.values(parts).filter(Boolean).length;
  return graded(total === 0 ? 0 : right / total, parts);
}
