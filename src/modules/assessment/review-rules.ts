import type { QuizDefinition, ReviewMoment } from '../catalogue';
import type { ActivityResult } from './types';

/** What a learner may see of an attempt that was submitted. */
export interface Shown {
  readonly marks: boolean;
  readonly feedback: boolean;
  /** The right answers. */
  readonly answers: boolean;
}

type Standing = Pick<ActivityResult, 'passed' | 'attemptsLeft' | 'open'>;

function hasCome(moment: ReviewMoment, { passed, attemptsLeft, open }: Standing): boolean {
  switch (moment) {
    case 'after-attempt':
      return true;
    case 'after-pass':
      return passed;
    case 'after-last-attempt':
      return attemptsLeft === 0 && !open;
    case 'never':
      return false;
  }
}

/**
 * What the review rules of a quiz allow now. Right answers wait while an attempt is open, so that
 * nobody reads them in one window and types them in another.
 */
export const whatIsShown = (
  { marks, feedback, answers }: QuizDefinition['review'],
  standing: Standing,
): Shown => ({
  marks: hasCome(marks, standing),
  feedback: hasCome(feedback, standing),
  answers: hasCome(answers, standing) && !standing.open,
});

/** Why the right answers are not shown yet; null where they are shown, or never will be. */
export function whenAnswersCome(
  { answers }: QuizDefinition['review'],
  standing: Standing,
): 'after-pass' | 'after-last-attempt' | 'open' | null {
  if (hasCome(answers, standing)) return standing.open ? 'open' : null;
  if (answers === 'after-last-attempt') return answers;
  // Without an attempt left nobody will pass any more.
  return answers === 'after-pass' && (standing.open || standing.attemptsLeft !== 0)
    ? answers
    : null;
}
