import type { Question } from '../../catalogue';
import type { AnswerValue } from '../types';
import { gradeOne, gradeSeveral, gradeTrueFalse } from './choice';
import { gradeGaps } from './gaps';
import { type Graded, UNANSWERED } from './graded';
import { gradeMatching } from './matching';
import { gradeNumber } from './number';
import { gradeOrdering } from './ordering';
import { gradeText } from './text';

export type { Graded } from './graded';

/** Grades one answer. Pure; an answer of another kind than the question counts as none. */
export function grade(question: Question, answer: AnswerValue | null): Graded {
  if (answer === null) return UNANSWERED;
  if (question.kind === 'one' && answer.kind === 'one') return gradeOne(question, answer.option);
  if (question.kind === 'several' && answer.kind === 'several') {
    return gradeSeveral(question, answer.options);
  }
  if (question.kind === 'true-false' && answer.kind === 'true-false') {
    return gradeTrueFalse(question, answer.value);
  }
  if (question.kind === 'number' && answer.kind === 'number') {
    return gradeNumber(question, answer.text);
  }
  if (question.kind === 'text' && answer.kind === 'text') return gradeText(question, answer.text);
  if (question.kind === 'matching' && answer.kind === 'matching') {
    return gradeMatching(question, answer.pairs);
  }
  if (question.kind === 'ordering' && answer.kind === 'ordering') {
    return gradeOrdering(question, answer.order);
  }
  if (question.kind === 'gaps' && answer.kind === 'gaps') return gradeGaps(question, answer.gaps);
  return UNANSWERED;
}

/** The mark of an attempt in whole per cent, rounded down: 69.9 does not pass at 70. */
export function markOf(results: readonly { points: number; fraction: number }[]): number {
  const total = results.reduce((sum, { points }) => sum + points, 0);
  if (total === 0) return 0;
  const earned = results.reduce((sum, { points, fraction }) => sum + points * fraction, 0);
  return Math.floor((100 * earned) / total + 1e-9);
}
