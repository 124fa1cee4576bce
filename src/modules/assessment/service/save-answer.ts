import { inTransaction } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { checkAnswer } from '../answer';
import { isOverTime, ownAttempt, questionsIn, quizOf } from '../attempt';
import { Answer, Attempt, type AttemptRow } from '../model';
import type { AnswerValue } from '../types';

/** More than anyone gives; a page that went mad must not fill the disk. */
const MOST_ANSWERS = 5_000;

function refuseLate(row: Pick<AttemptRow, 'status' | 'deadlineAt'>): void {
  if (row.status !== 'open') {
    throw new Conflict('attempt-submitted', 'assessment.error.submitted');
  }
  if (isOverTime(row)) throw new Conflict('attempt-over-time', 'assessment.error.overTime');
}

/** True when this answer is there, or one that replaces it has overtaken it on its way. */
const isKnown = async (attemptId: AttemptRow['_id'], answerId: string): Promise<boolean> =>
  (await Answer.exists({ attemptId, $or: [{ answerId }, { replaces: answerId }] })) !== null;

/**
 * Adds a checked answer to an attempt whose owner gives it.
 * @returns false when it was there, or replaced, before
 * @throws Conflict as `saveAnswer`
 */
export const appendAnswer = (
  { _id }: Pick<AttemptRow, '_id'>,
  answer: { questionId: string; answerId: string; replaces: string[]; value: AnswerValue | null },
): Promise<boolean> =>
  inTransaction(async () => {
    if (await isKnown(_id, answer.answerId)) return false;
    // One after the other with each other and with the submission: what is marked is all there is,
    // and whoever meets another here starts again with what that one wrote.
    const row = await Attempt.findOneAndUpdate(
      { _id, answerCount: { $lt: MOST_ANSWERS } },
      { $inc: { answerCount: 1 } },
      { returnDocument: 'after', projection: { status: 1, deadlineAt: 1, answerCount: 1 } },
    ).lean<Pick<AttemptRow, 'status' | 'deadlineAt' | 'answerCount'>>();
    if (!row) throw new Conflict('too-many-answers', 'assessment.error.tooMany');
    refuseLate(row);
    await Answer.create({ ...answer, attemptId: _id, sequence: row.answerCount, at: now() });
    return true;
  });

/**
 * Saves an answer. The same `answerId` again changes nothing, also after the attempt was submitted.
 * @param answer.value an AnswerValue; null takes back what was answered before
 * @param answer.replaces ids of earlier answers that may still be on their way and then count no more
 * @throws NotFound, Invalid (field `answer`), Conflict `attempt-submitted`, `attempt-over-time` or
 * `too-many-answers`
 */
export async function saveAnswer(answer: {
  attemptId: string;
  userId: string;
  questionId: string;
  answerId: string;
  value: unknown;
  replaces?: readonly string[];
}): Promise<{ answerId: string; repeated: boolean }> {
  const { attemptId, userId, questionId, answerId } = answer;
  const row = await ownAttempt(attemptId, userId);
  const questions = questionsIn(row, await quizOf(row.versionId, row.activityId));
  const question = questions.find(({ id }) => id === questionId);
  if (!question) throw new NotFound();
  const value = checkAnswer(question, answer.value);
  const replaces = [...(answer.replaces ?? [])];
  return {
    answerId,
    repeated: !(await appendAnswer(row, { questionId, answerId, replaces, value })),
  };
}
