import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { now } from '../../../shared/clock';
import { givenIn, ownAttempt, type Quiz, questionsIn, quizOf } from '../attempt';
import { grade, markOf } from '../grading';
import { Attempt, type AttemptRow, type QuestionResult } from '../model';
import type { AnswerValue, SubmittedAttempt } from '../types';

function toSubmitted(row: AttemptRow, first: boolean): SubmittedAttempt {
  const { mark, passed, submittedAt } = row;
  if (mark === null || passed === null || submittedAt === null) {
    throw new Error(`Attempt ${row._id} was submitted without a mark`);
  }
  return {
    attemptId: row._id.toHexString(),
    enrolmentId: row.enrolmentId,
    activityId: row.activityId,
    number: row.number,
    mark,
    passed,
    submittedAt,
    first,
  };
}

async function graded(row: AttemptRow) {
  const { answers } = await givenIn(row._id);
  return gradedWith(row, await quizOf(row.versionId, row.activityId), answers);
}

/** The marks of an attempt with these answers. Pure. */
export function gradedWith(
  row: Pick<AttemptRow, 'drawn'>,
  quiz: Quiz,
  answers: ReadonlyMap<string, AnswerValue>,
): Pick<AttemptRow, 'results' | 'mark' | 'passed'> & { mark: number; passed: boolean } {
  const results: QuestionResult[] = questionsIn(row, quiz).map((question) => ({
    questionId: question.id,
    points: question.points,
    ...grade(question, answers.get(question.id) ?? null),
  }));
  const mark = markOf(results);
  return { results, mark, passed: mark >= quiz.activity.quiz.passMark };
}

/**
 * Marks an attempt, once, with the answers that are there; unanswered questions count nothing. Joins
 * an open transaction. @throws NotFound
 */
export const submitAttempt = (attempt: {
  attemptId: string;
  userId: string;
}): Promise<SubmittedAttempt> =>
  inTransaction(async () => {
    const row = await ownAttempt(attempt.attemptId, attempt.userId);
    if (row.status === 'submitted') return toSubmitted(row, false);
    const submission = {
      ...(await graded(row)),
      status: 'submitted' as const,
      submittedAt: now(),
      ...(row.number === 1 ? { toCount: true as const } : {}),
    };
    // Whoever submits it at the same moment collides here and finds it submitted when run again.
    await Attempt.updateOne({ _id: row._id }, { $set: submission });
    await audit({
      action: 'assessment.submit',
      subject: { kind: 'attempt', id: attempt.attemptId },
      after: {
        enrolmentId: row.enrolmentId,
        activityId: row.activityId,
        mark: submission.mark,
        passed: submission.passed,
      },
    });
    return toSubmitted({ ...row, ...submission }, true);
  });
