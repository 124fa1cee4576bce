import { z } from 'zod';
import { invalidField } from '../../platform/errors';
import type { Question } from '../catalogue';
import type { AnswerValue } from './types';

const LONGEST = 500;
const MOST_PARTS = 50;

const id = z.string().max(64);
const typed = z.string().max(LONGEST, 'assessment.error.tooLong');
const ids = z.array(id).max(MOST_PARTS);
const byId = z
  .record(id, typed)
  .refine((parts) => Object.keys(parts).length <= MOST_PARTS, 'assessment.error.answer');

/** An answer as it arrives, whatever the question. */
const Shape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('one'), option: id }),
  z.strictObject({ kind: z.literal('several'), options: ids }),
  z.strictObject({ kind: z.literal('true-false'), value: z.boolean() }),
  z.strictObject({ kind: z.literal('number'), text: typed }),
  z.strictObject({ kind: z.literal('text'), text: typed }),
  z.strictObject({ kind: z.literal('matching'), pairs: byId }),
  z.strictObject({ kind: z.literal('ordering'), order: ids }),
  z.strictObject({ kind: z.literal('gaps'), gaps: byId }),
]);

const withId = (list: readonly { readonly id: string }[], wanted: string): boolean =>
  list.some((each) => each.id === wanted);

const areSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && new Set(a).size === a.length && a.every((each) => b.includes(each));

/** True when the answer is one that this question can have: its kind, and only ids of the question. */
function fits(question: Question, answer: AnswerValue): boolean {
  if (question.kind === 'one' && answer.kind === 'one') {
    return withId(question.options, answer.option);
  }
  if (question.kind === 'several' && answer.kind === 'several') {
    return answer.options.every((option) => withId(question.options, option));
  }
  if (question.kind === 'matching' && answer.kind === 'matching') {
    const rights = [...question.pairs, ...question.distractors];
    return Object.entries(answer.pairs).every(
      ([left, right]) => withId(question.pairs, left) && withId(rights, right),
    );
  }
  if (question.kind === 'ordering' && answer.kind === 'ordering') {
    return areSame(
      answer.order,
      question.items.map((item) => item.id),
    );
  }
  if (question.kind === 'gaps' && answer.kind === 'gaps') {
    return Object.entries(answer.gaps).every(([gapId, given]) => {
      const gap = question.gaps.find((each) => each.id === gapId);
      return gap !== undefined && (!('options' in gap) || withId(gap.options, given));
    });
  }
  return question.kind === answer.kind;
}

const filled = (parts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(parts).filter(([, text]) => text.trim() !== ''));

/** The answer without parts that were left empty; null when nothing is left. */
function withoutEmpty(answer: AnswerValue): AnswerValue | null {
  const unless = (empty: boolean, value: AnswerValue = answer) => (empty ? null : value);
  switch (answer.kind) {
    case 'one':
      return unless(answer.option === '');
    case 'several':
      return unless(answer.options.length === 0);
    case 'true-false':
      return answer;
    case 'number':
    case 'text':
      return unless(answer.text.trim() === '');
    case 'ordering':
      return unless(answer.order.length === 0);
    case 'matching': {
      const pairs = filled(answer.pairs);
      return unless(Object.keys(pairs).length === 0, { ...answer, pairs });
    }
    case 'gaps': {
      const gaps = filled(answer.gaps);
      return unless(Object.keys(gaps).length === 0, { ...answer, gaps });
    }
  }
}

/**
 * The answer to a question, checked; null when it says nothing.
 * @throws Invalid, field `answer`, for what can be no answer to this question
 */
export function checkAnswer(question: Question, value: unknown): AnswerValue | null {
  if (value === null) return null;
  const parsed = Shape.safeParse(value);
  if (!parsed.success) {
    const tooLong = parsed.error.issues.some(({ message }) => message.endsWith('.tooLong'));
    throw invalidField('answer', `assessment.error.${tooLong ? 'tooLong' : 'answer'}`, {
      count: LONGEST,
    });
  }
  const answer = withoutEmpty(parsed.data);
  if (answer !== null && !fits(question, answer)) {
    throw invalidField('answer', 'assessment.error.answer');
  }
  return answer;
}
