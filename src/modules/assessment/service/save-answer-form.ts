import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { NotFound } from '../../../platform/errors';
import { parseInput } from '../../../platform/http';
import { checkAnswer } from '../answer';
import { readAnswer } from '../answer-form';
import { givenIn, ownAttempt, questionsIn, quizOf } from '../attempt';
import type { AttemptRow } from '../model';
import type { AnswerSaved, AnswerValue } from '../types';
import { appendAnswer } from './save-answer';

const MOST_REPLACED = 20;

/** What the form of the question page sends besides the answer itself. */
export const AnswerForm = z.looseObject({
  attempt: z.string().regex(/^[0-9a-f]{24}$/),
  question: z.string().max(64),
  /** Made by the script for each answer; without one the server makes it. */
  answerId: z
    .string()
    .regex(/^([0-9a-zA-Z-]{8,64})?$/)
    .default(''),
  replaces: z.string().max(2_000).default(''),
  go: z.enum(['next', 'previous', 'check']).catch('next').default('next'),
  move: z.string().max(100).default(''),
});

/** Nothing was chosen, and an ordering still lies as it was dealt. */
export function saysNothing(
  value: AnswerValue | null,
  row: Pick<AttemptRow, 'drawn'>,
  questionId: string,
): boolean {
  if (value?.kind !== 'ordering') return value === null;
  const dealt = row.drawn.find((each) => each.questionId === questionId)?.orders['items'] ?? [];
  return value.order.every((id, index) => id === dealt[index]);
}

export function nextPlace(form: z.infer<typeof AnswerForm>, number: number, count: number): string {
  if (form.move !== '') return `question/${number}`;
  if (form.go === 'previous') return `question/${Math.max(1, number - 1)}`;
  return form.go === 'next' && number < count ? `question/${number + 1}` : 'check';
}

/**
 * Saves what the form of the question page sent (POST `base`/answer), by a page or by a script.
 * Going on without an answer leaves none.
 * @throws what saveAnswer throws
 */
export async function saveAnswerForm(request: {
  enrolmentId: string;
  activityId: string;
  userId: string;
  body: unknown;
}): Promise<AnswerSaved> {
  const form = parseInput(AnswerForm, request.body ?? {});
  const row = await ownAttempt(form.attempt, request.userId);
  const { enrolmentId, activityId } = row;
  if (enrolmentId !== request.enrolmentId || activityId !== request.activityId) {
    throw new NotFound();
  }
  const questions = questionsIn(row, await quizOf(row.versionId, activityId));
  const index = questions.findIndex(({ id }) => id === form.question);
  const question = questions[index];
  if (!question) throw new NotFound();
  const answerId = form.answerId || randomUUID();
  const value = checkAnswer(question, readAnswer(question, form));
  const next = nextPlace(form, index + 1, questions.length);
  if (row.status === 'open' && saysNothing(value, row, question.id)) {
    const { answers } = await givenIn(row._id);
    if (!answers.has(question.id)) return { answerId, repeated: false, next };
  }
  const replaces = form.replaces.split(',').filter(Boolean).slice(0, MOST_REPLACED);
  const answer = { questionId: question.id, answerId, replaces, value };
  return { answerId, repeated: !(await appendAnswer(row, answer)), next };
}
