import { inTransaction, withLease } from '../../../platform/db';
import { now } from '../../../shared/clock';
import { type AttemptToCount, attemptsToCount, countAllAgain, markCounted } from '../../assessment';
import { Counting, QuestionStats, type QuestionStatsRow } from '../model';
import { addAnswer, emptyNumbers } from './numbers';

const BATCH = 200;

/** The share of the points of all questions but one; null when there is no other. */
function restOf(attempt: AttemptToCount, questionId: string): number | null {
  const others = attempt.questions.filter((each) => each.questionId !== questionId);
  const points = others.reduce((sum, each) => sum + each.points, 0);
  if (points === 0) return null;
  return others.reduce((sum, each) => sum + each.points * each.fraction, 0) / points;
}

type Rows = Map<string, QuestionStatsRow>;

const keyOf = (row: Pick<QuestionStatsRow, 'versionId' | 'activityId' | 'questionId'>): string =>
  `${row.versionId} ${row.activityId} ${row.questionId}`;

async function rowsFor(attempts: readonly AttemptToCount[]): Promise<Rows> {
  const rows: Rows = new Map();
  const quizzes = new Map(
    attempts.map(({ versionId, activityId }) => [
      `${versionId} ${activityId}`,
      { versionId, activityId },
    ]),
  );
  for (const quiz of quizzes.values()) {
    const found = await QuestionStats.find(quiz, { _id: 0 }).lean<QuestionStatsRow[]>();
    for (const row of found) rows.set(keyOf(row), row);
  }
  return rows;
}

/** Counts one batch: the numbers and the note that they are counted, in one transaction. */
const countBatch = (): Promise<number> =>
  inTransaction(async () => {
    const attempts = await attemptsToCount(BATCH);
    if (attempts.length === 0) return 0;
    const rows = await rowsFor(attempts);
    for (const attempt of attempts) {
      const { versionId, activityId } = attempt;
      for (const question of attempt.questions) {
        const id = { versionId, activityId, questionId: question.questionId };
        const row = rows.get(keyOf(id)) ?? { ...id, ...emptyNumbers() };
        addAnswer(row, question, restOf(attempt, question.questionId));
        rows.set(keyOf(id), row);
      }
    }
    const touched = new Set(
      attempts.map(({ versionId, activityId }) => `${versionId} ${activityId}`),
    );
    await QuestionStats.bulkWrite(
      [...rows.values()]
        .filter(({ versionId, activityId }) => touched.has(`${versionId} ${activityId}`))
        .map(({ versionId, activityId, questionId, ...numbers }) => ({
          updateOne: {
            filter: { versionId, activityId, questionId },
            update: { $set: numbers },
            upsert: true,
          },
        })),
    );
    await markCounted(attempts.map(({ attemptId }) => attemptId));
    return attempts.length;
  });

/** Forgets the numbers and lets every attempt be counted again. */
const beginAnew = (): Promise<void> =>
  inTransaction(async () => {
    await QuestionStats.deleteMany({});
    await countAllAgain();
    await Counting.updateOne({ _id: 'results' }, { $set: { since: now() } }, { upsert: true });
  });

/**
 * Counts what was sent in since the last time; one process at a time. Each attempt is counted once,
 * whatever dies when. @param options.anew makes all numbers from the attempts again
 * @returns how many attempts were counted
 */
export const countResults = (options: { anew?: boolean } = {}): Promise<number> =>
  withLease('teaching.count-results', async () => {
    if (options.anew || !(await Counting.exists({ _id: 'results' }))) await beginAnew();
    let counted = 0;
    for (;;) {
      const batch = await countBatch();
      counted += batch;
      if (batch < BATCH) return counted;
    }
  });
