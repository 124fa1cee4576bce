import { Types } from 'mongoose';
import { Answer, type AnswerRow, Attempt, type AttemptRow } from './model';
import type { AnswerValue } from './types';

/** How one question went in an attempt that was sent in. */
export interface AnsweredQuestion {
  readonly questionId: string;
  readonly points: number;
  /** Share of the points, 0 to 1. */
  readonly fraction: number;
  readonly verdict: 'right' | 'partly' | 'wrong' | 'unanswered';
  readonly parts: Readonly<Record<string, boolean>>;
  readonly answer: AnswerValue | null;
  /** Between the answer before (or the beginning) and the answers to this question; null: none. */
  readonly seconds: number | null;
}

/** The first attempt of someone at a quiz: later ones know the feedback. Without the person. */
export interface AttemptToCount {
  readonly attemptId: string;
  readonly versionId: string;
  readonly activityId: string;
  readonly questions: readonly AnsweredQuestion[];
}

/** Nobody thinks about a question for longer: they were away. */
const LONGEST_SECONDS = 1_800;

type GivenRow = Pick<AnswerRow, 'attemptId' | 'questionId' | 'value' | 'at'>;

function toCount(row: AttemptRow, given: readonly GivenRow[]): AttemptToCount {
  const seconds = new Map<string, number>();
  const last = new Map<string, AnswerValue | null>();
  let before = row.startedAt.getTime();
  for (const { questionId, value, at } of given) {
    const gap = Math.min(LONGEST_SECONDS, Math.max(0, (at.getTime() - before) / 1_000));
    seconds.set(questionId, (seconds.get(questionId) ?? 0) + gap);
    last.set(questionId, value);
    before = at.getTime();
  }
  return {
    attemptId: row._id.toHexString(),
    versionId: row.versionId,
    activityId: row.activityId,
    questions: (row.results ?? []).map(({ questionId, points, fraction, verdict, parts }) => ({
      questionId,
      points,
      fraction,
      verdict,
      parts,
      answer: last.get(questionId) ?? null,
      seconds: last.get(questionId) ? (seconds.get(questionId) ?? null) : null,
    })),
  };
}

/** Attempts that were sent in and are not counted yet, at most `limit`. */
export async function attemptsToCount(limit: number): Promise<AttemptToCount[]> {
  const rows = await Attempt.find({ toCount: true })
    .sort({ _id: 1 })
    .limit(limit)
    .lean<AttemptRow[]>();
  const given = await Answer.find(
    { attemptId: { $in: rows.map(({ _id }) => _id) } },
    { attemptId: 1, questionId: 1, value: 1, at: 1 },
  )
    .sort({ attemptId: 1, sequence: 1 })
    .lean<GivenRow[]>();
  const byAttempt = new Map<string, GivenRow[]>();
  for (const each of given) {
    const key = each.attemptId.toHexString();
    const list = byAttempt.get(key);
    if (list) list.push(each);
    else byAttempt.set(key, [each]);
  }
  return rows.map((row) => toCount(row, byAttempt.get(row._id.toHexString()) ?? []));
}

/** Notes that they are counted; in the transaction that counts them. */
export async function markCounted(attemptIds: readonly string[]): Promise<void> {
  await Attempt.updateMany(
    { _id: { $in: attemptIds.map((id) => new Types.ObjectId(id)) } },
    { $unset: { toCount: '' } },
  );
}

/** Lets every first attempt be counted once more: for numbers that are made anew. */
export async function countAllAgain(): Promise<void> {
  await Attempt.updateMany({ status: 'submitted', number: 1 }, { $set: { toCount: true } });
}
