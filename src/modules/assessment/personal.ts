import { Answer, Attempt, type AttemptRow } from './model';

/** Every attempt of these enrolments, and every answer, for the person themselves. */
export async function exportAttempts(
  enrolmentIds: readonly string[],
): Promise<{ attempts: object[]; answers: object[] }> {
  const rows = await Attempt.find({ enrolmentId: { $in: enrolmentIds } }).lean<AttemptRow[]>();
  const given = await Answer.find({ attemptId: { $in: rows.map(({ _id }) => _id) } })
    .sort({ attemptId: 1, sequence: 1 })
    .lean();
  return {
    attempts: rows.map((row) => ({
      id: row._id.toHexString(),
      enrolment: row.enrolmentId,
      activity: row.activityId,
      number: row.number,
      startedAt: row.startedAt,
      submittedAt: row.submittedAt,
      mark: row.mark,
      passed: row.passed,
    })),
    answers: given.map((row) => ({
      attempt: row.attemptId.toHexString(),
      question: row.questionId,
      answer: row.value,
      at: row.at,
    })),
  };
}

/** The attempts in these enrolments are someone else's from now on: of the same person's other account. */
export async function reassignAttempts(
  enrolmentIds: readonly string[],
  userId: string,
): Promise<void> {
  await Attempt.updateMany(
    { enrolmentId: { $in: enrolmentIds } },
    { $set: { userId } },
    { overwriteImmutable: true },
  );
}

/** Takes away every attempt in an enrolment that is gone, with its answers. */
export async function removeAttempts(enrolmentId: string): Promise<void> {
  const rows = await Attempt.find({ enrolmentId }, { _id: 1 }).lean();
  await Answer.deleteMany({ attemptId: { $in: rows.map(({ _id }) => _id) } });
  await Attempt.deleteMany({ enrolmentId });
}
