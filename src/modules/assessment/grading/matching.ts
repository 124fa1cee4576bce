import type { MatchingQuestion } from '../../catalogue';
import { type Graded, gradedParts, UNANSWERED } from './graded';

/** Each left side that was given its own right side counts the same. */
export function gradeMatching(
  question: MatchingQuestion,
  chosen: Readonly<Record<string, string>>,
): Graded {
  const parts = Object.fromEntries(
    question.pairs
      .filter(({ id }) => Object.hasOwn(chosen, id) && chosen[id] !== '')
      .map(({ id }) => [id, chosen[id] === id]),
  );
  if (Object.keys(parts).length === 0) return UNANSWERED;
  return gradedParts(parts, question.pairs.length);
}
