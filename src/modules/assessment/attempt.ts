import mongoose from 'mongoose';
import { NotFound } from '../../platform/errors';
import { now } from '../../shared/clock';
import { findVersion, type PublishedVersion, type Question, type QuizActivity } from '../catalogue';
import { Answer, type AnswerRow, Attempt, type AttemptRow } from './model';
import type { AnswerValue } from './types';

/** How long after the end of its time an attempt still takes an answer that was on its way. */
export const GRACE_MS = 15_000;

export interface Quiz {
  readonly version: PublishedVersion;
  readonly activity: QuizActivity;
}

/** @throws NotFound when the version has no such quiz */
export async function quizOf(versionId: string, activityId: string): Promise<Quiz> {
  const version = await findVersion(versionId);
  const activity = version?.modules
    .flatMap((module) => module.activities)
    .find(({ id }) => id === activityId);
  if (!version || activity?.kind !== 'quiz') throw new NotFound();
  return { version, activity };
}

/** The questions of an attempt, in its order. */
export function questionsIn(row: Pick<AttemptRow, 'drawn'>, { activity }: Quiz): Question[] {
  const byId = new Map(activity.quiz.questions.map((question) => [question.id, question]));
  return row.drawn.map(({ questionId }) => {
    const question = byId.get(questionId);
    if (!question) throw new Error(`The version has no question ${questionId}`);
    return question;
  });
}

/** @throws NotFound when there is none, or it is another person's */
export async function ownAttempt(attemptId: string, userId: string): Promise<AttemptRow> {
  if (!mongoose.isValidObjectId(attemptId)) throw new NotFound();
  const row = await Attempt.findOne({ _id: attemptId, userId }).lean<AttemptRow>();
  if (!row) throw new NotFound();
  return row;
}

/** True when the time is over and the grace as well. */
export const isOverTime = ({ deadlineAt }: Pick<AttemptRow, 'deadlineAt'>): boolean =>
  deadlineAt !== null && now().getTime() > deadlineAt.getTime() + GRACE_MS;

/** What counts of the answers of an attempt. */
export interface Given {
  /** Of each question the latest answer in the order of the server; what was taken back is not there. */
  readonly answers: ReadonlyMap<string, AnswerValue>;
  /** The question that was answered last. */
  readonly lastQuestionId: string | null;
}

export async function givenIn(attemptId: AttemptRow['_id']): Promise<Given> {
  const rows = await Answer.find({ attemptId }, { questionId: 1, value: 1 })
    .sort({ sequence: 1 })
    .lean<Pick<AnswerRow, 'questionId' | 'value'>[]>();
  const answers = new Map<string, AnswerValue>();
  for (const { questionId, value } of rows) {
    if (value === null) answers.delete(questionId);
    else answers.set(questionId, value);
  }
  return { answers, lastQuestionId: rows.at(-1)?.questionId ?? null };
}

/** Where to go on, from 1: after what was answered last, then what was left out, otherwise the last. */
export function nextQuestion(row: Pick<AttemptRow, 'drawn'>, given: Given): number {
  const ids = row.drawn.map(({ questionId }) => questionId);
  const open = (from: number) =>
    ids.findIndex((id, index) => index >= from && !given.answers.has(id));
  const after = open(ids.indexOf(given.lastQuestionId ?? '') + 1);
  const next = after >= 0 ? after : open(0);
  return next >= 0 ? next + 1 : ids.length;
}
