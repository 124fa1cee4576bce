import type { OneQuestion, SeveralQuestion, TrueFalseQuestion } from '../../catalogue';
import { type Graded, graded, UNANSWERED } from './graded';

export function gradeOne(question: OneQuestion, option: string): Graded {
  const chosen = question.options.find(({ id }) => id === option);
  if (!chosen) return UNANSWERED;
  return graded(chosen.correct ? 1 : 0, { [chosen.id]: chosen.correct });
}

/**
 * Several answers. Partial credit is (right ticks − wrong ticks) / right options, not below 0: who
 * ticks everything gets nothing for it. `all-or-nothing` wants exactly the right ones.
 */
export function gradeSeveral(question: SeveralQuestion, ticked: readonly string[]): Graded {
  const chosen = question.options.filter(({ id }) => ticked.includes(id));
  if (chosen.length === 0) return UNANSWERED;
  const right = chosen.filter(({ correct }) => correct).length;
  const wrong = chosen.length - right;
  const wanted = question.options.filter(({ correct }) => correct).length;
  const parts = Object.fromEntries(chosen.map(({ id, correct }) => [id, correct]));
  if (question.grading === 'all-or-nothing') {
    return graded(wrong === 0 && right === wanted ? 1 : 0, parts);
  }
  return graded((right - wrong) / wanted, parts);
}

export const gradeTrueFalse = (question: TrueFalseQuestion, value: boolean): Graded =>
  graded(value === question.answer ? 1 : 0);
