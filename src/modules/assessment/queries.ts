import mongoose from 'mongoose';
import { NotFound } from '../../platform/errors';
import type { Question } from '../catalogue';
import { GRACE_MS, givenIn, isOverTime, nextQuestion, questionsIn, quizOf } from './attempt';
import { Attempt, type AttemptRow } from './model';
import type { ActivityResult, DueAttempt, OpenAttempt, QuizPlace } from './types';

type At = Pick<QuizPlace, 'enrolmentId' | 'userId' | 'activityId'>;

export const openRow = ({ enrolmentId, userId, activityId }: At): Promise<AttemptRow | null> =>
  Attempt.findOne({ enrolmentId, activityId, userId, status: 'open' }).lean<AttemptRow>();

export const toOpenAttempt = async (row: AttemptRow): Promise<OpenAttempt> => ({
  attemptId: row._id.toHexString(),
  number: row.number,
  startedAt: row.startedAt,
  deadlineAt: row.deadlineAt,
  overdue: isOverTime(row),
  nextQuestion: nextQuestion(row, await givenIn(row._id)),
});

/** The open attempt at a quiz, or null. */
export async function findOpenAttempt(place: At): Promise<OpenAttempt | null> {
  const row = await openRow(place);
  return row && toOpenAttempt(row);
}

/** What a list of attempts needs to know of each. */
export type AttemptInBrief = Omit<AttemptRow, 'drawn' | 'results' | 'seed'>;

/** The attempts of an enrolment, at one quiz or at all, in their order. */
export const attemptsOf = (at: {
  enrolmentId: string;
  activityId?: string;
}): Promise<AttemptInBrief[]> =>
  Attempt.find(at, { drawn: 0, results: 0, seed: 0 })
    .sort({ activityId: 1, number: 1 })
    .lean<AttemptInBrief[]>();

/** Of the attempts at one quiz, where they stand. @param allowed null: as many as one likes */
export function toResult(
  activityId: string,
  attempts: readonly AttemptInBrief[],
  allowed: number | null,
): ActivityResult {
  const submitted = attempts.filter(({ status }) => status === 'submitted');
  const marks = submitted.map(({ mark }) => mark ?? 0);
  return {
    activityId,
    attemptsUsed: attempts.length,
    attemptsLeft: allowed === null ? null : Math.max(0, allowed - attempts.length),
    mark: marks.length === 0 ? null : Math.max(...marks),
    passed: submitted.some(({ passed }) => passed === true),
    submittedAt: submitted.at(-1)?.submittedAt ?? null,
    open: submitted.length < attempts.length,
  };
}

/** Where an enrolment stands at each quiz that was begun. */
export async function resultsOf(enrolmentId: string): Promise<ActivityResult[]> {
  const attempts = await attemptsOf({ enrolmentId });
  const results: ActivityResult[] = [];
  for (const activityId of new Set(attempts.map((attempt) => attempt.activityId))) {
    const own = attempts.filter((attempt) => attempt.activityId === activityId);
    const { activity } = await quizOf(own.at(-1)?.versionId ?? '', activityId);
    results.push(toResult(activityId, own, activity.quiz.attempts));
  }
  return results;
}

/** Open attempts whose time is over, the grace included, the oldest first. */
export async function dueAttempts(time: Date, limit = 100): Promise<DueAttempt[]> {
  const rows = await Attempt.find(
    { status: 'open', deadlineAt: { $lt: new Date(time.getTime() - GRACE_MS) } },
    { enrolmentId: 1, activityId: 1, userId: 1 },
  )
    .sort({ deadlineAt: 1 })
    .limit(limit)
    .lean();
  return rows.map(({ _id, enrolmentId, activityId, userId }) => ({
    attemptId: _id.toHexString(),
    enrolmentId,
    activityId,
    userId,
  }));
}

/**
 * The questions that were drawn for an attempt, in its order, with their right answers: for the
 * demonstration set and for reports, never for a learner. @throws NotFound
 */
export async function questionsOf(attemptId: string): Promise<Question[]> {
  const row = mongoose.isValidObjectId(attemptId)
    ? await Attempt.findById(attemptId).lean<AttemptRow>()
    : null;
  if (!row) throw new NotFound();
  return questionsIn(row, await quizOf(row.versionId, row.activityId));
}
