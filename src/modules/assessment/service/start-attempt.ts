import { randomBytes } from 'node:crypto';
import { audit } from '../../../platform/audit';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import { Conflict } from '../../../platform/errors';
import { MINUTE, now } from '../../../shared/clock';
import { quizOf } from '../attempt';
import { drawQuestions } from '../draw';
import { Attempt, type AttemptRow } from '../model';
import { openRow, toOpenAttempt } from '../queries';
import type { OpenAttempt, QuizPlace } from '../types';

type Start = Pick<QuizPlace, 'enrolmentId' | 'userId' | 'versionId' | 'activityId'>;

async function newRow({ enrolmentId, userId, versionId, activityId }: Start) {
  const { quiz } = (await quizOf(versionId, activityId)).activity;
  const last = await Attempt.findOne({ enrolmentId, activityId }, { number: 1 })
    .sort({ number: -1 })
    .lean();
  const number = (last?.number ?? 0) + 1;
  if (quiz.attempts !== null && number > quiz.attempts) {
    throw new Conflict('no-attempts-left', 'assessment.error.noAttemptsLeft');
  }
  const startedAt = now();
  const seed = randomBytes(16).toString('hex');
  const limit = quiz.timeLimitMinutes;
  return {
    enrolmentId,
    userId,
    activityId,
    versionId,
    number,
    status: 'open' as const,
    seed,
    drawn: drawQuestions(quiz, seed),
    startedAt,
    deadlineAt: limit === null ? null : new Date(startedAt.getTime() + limit * MINUTE),
    answerCount: 0,
  };
}

const begin = (place: Start): Promise<AttemptRow> =>
  inTransaction(async () => {
    const attempt = await Attempt.create(await newRow(place));
    await audit({
      action: 'assessment.start',
      subject: { kind: 'attempt', id: attempt._id.toHexString() },
      after: {
        enrolmentId: place.enrolmentId,
        activityId: place.activityId,
        number: attempt.number,
      },
      userId: place.userId,
    });
    return attempt.toObject();
  });

/** Begins an attempt, or finds the one that is open. @throws NotFound, Conflict `no-attempts-left` */
export async function startAttempt(place: Start): Promise<OpenAttempt> {
  for (;;) {
    const open = await openRow(place);
    if (open) return toOpenAttempt(open);
    try {
      return await toOpenAttempt(await begin(place));
    } catch (error) {
      // Someone was first, with the same enrolment: theirs is the open one.
      if (!isDuplicateKey(error)) throw error;
    }
  }
}
