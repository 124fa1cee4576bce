import type { Gap, GapsQuestion } from '../../catalogue';
import { type Graded, gradedParts, UNANSWERED } from './graded';
import { isAccepted } from './text';

const isRight = (gap: Gap, given: string): boolean =>
  'options' in gap ? given === gap.answer : isAccepted(gap.accepted, given);

/** Each gap filled rightly counts the same. */
export function gradeGaps(question: GapsQuestion, given: Readonly<Record<string, string>>): Graded {
  const filled = question.gaps
    .map((gap) => ({ gap, text: Object.hasOwn(given, gap.id) ? (given[gap.id] ?? '') : '' }))
    .filter(({ text }) => text.trim() !== '');
  if (filled.length === 0) return UNANSWERED;
  const parts = Object.fromEntries(filled.map(({ gap, text }) => [gap.id, isRight(gap, text)]));
  return gradedParts(parts, question.gaps.length);
}
