import type { OrderingQuestion } from '../../catalogue';
import { type Graded, gradedParts, UNANSWERED } from './graded';

/** Each item in its right place counts the same. */
export function gradeOrdering(question: OrderingQuestion, order: readonly string[]): Graded {
  if (order.length === 0) return UNANSWERED;
  const parts = Object.fromEntries(
    question.items.map(({ id }, place) => [id, order[place] === id]),
  );
  return gradedParts(parts, question.items.length);
}
