import { inTransaction } from '../../../platform/db';
import { logger } from '../../../platform/logger';
import { now } from '../../../shared/clock';
import {
  type DueAttempt,
  dueAttempts,
  type SubmittedAttempt,
  submitAttempt,
} from '../../assessment';
import { inTurn } from './in-turn';
import { type NewFact, recordFacts } from './record-facts';

const factsOf = (attempt: SubmittedAttempt): NewFact[] => {
  const { activityId, mark, attemptId: key } = attempt;
  const submitted = { activityId, kind: 'submitted', mark, key } as const;
  return attempt.passed ? [submitted, { ...submitted, kind: 'passed' }] : [submitted];
};

/**
 * Marks an attempt and writes its facts, in one transaction. Again: the same result.
 * @throws NotFound
 */
export const submitQuiz = (attempt: {
  attemptId: string;
  userId: string;
}): Promise<SubmittedAttempt> =>
  inTurn(attempt.attemptId, () =>
    inTransaction(async () => {
      const submitted = await submitAttempt(attempt);
      await recordFacts(submitted.enrolmentId, factsOf(submitted));
      return submitted;
    }),
  );

const BATCH = 100;

async function submitOne(attempt: DueAttempt): Promise<boolean> {
  try {
    await submitQuiz(attempt);
    return true;
  } catch (error) {
    logger.error({ err: error, attemptId: attempt.attemptId }, 'a due attempt was not submitted');
    return false;
  }
}

/**
 * Submits the attempts whose time is over, so that the work of someone who did not come back
 * counts. One that fails does not hold up the others. @returns how many were submitted
 */
export async function submitDueAttempts(): Promise<number> {
  let submitted = 0;
  for (;;) {
    const due = await dueAttempts(now(), BATCH);
    const results: boolean[] = [];
    for (const attempt of due) results.push(await submitOne(attempt));
    const good = results.filter(Boolean).length;
    submitted += good;
    if (due.length < BATCH || good === 0) return submitted;
  }
}
