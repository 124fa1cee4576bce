import type { Attach } from '../behaviour';
import { attach as answer } from './quiz-answer';
import { attach as clock } from './quiz-clock';
import { attach as order } from './quiz-order';
import { attach as send } from './quiz-send';

export { sendWaiting } from './quiz-answer';

/** What the pages of a quiz ask for, in one file. */
export const quiz: Record<string, Attach> = {
  'quiz-answer': answer,
  'quiz-clock': clock,
  'quiz-order': order,
  'quiz-send': send,
};
