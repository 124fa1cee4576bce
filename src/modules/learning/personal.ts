import type { PersonalData } from '../../platform/personal';
import { exportAttempts } from '../assessment';
import { ModuleFeedback, type ModuleFeedbackRow } from './feedback-model';
import { Enrolment, type EnrolmentRow, Fact, type FactRow } from './model';
import { mergeEnrolments } from './service/merge-enrolments';
import { withdraw } from './service/withdraw';

const PAGE = 100;

async function* enrolmentsOf(userId: string): AsyncGenerator<EnrolmentRow[]> {
  let after: EnrolmentRow['_id'] | null = null;
  for (;;) {
    const rows: EnrolmentRow[] = await Enrolment.find({
      userId,
      ...(after ? { _id: { $gt: after } } : {}),
    })
      .sort({ _id: 1 })
      .limit(PAGE)
      .lean<EnrolmentRow[]>();
    if (rows.length > 0) yield rows;
    after = rows.at(-1)?._id ?? null;
    if (rows.length < PAGE) return;
  }
}

async function exportOf(userId: string) {
  const enrolments: object[] = [];
  const steps: object[] = [];
  const attempts: object[] = [];
  const answers: object[] = [];
  const feedback: object[] = [];
  for await (const rows of enrolmentsOf(userId)) {
    enrolments.push(
      ...rows.map((row) => ({
        id: row._id.toHexString(),
        course: row.courseSlug,
        status: row.status,
        enrolledAt: row.enrolledAt,
        completedAt: row.completedAt,
        withdrawnAt: row.withdrawnAt,
        lastSeenAt: row.lastSeenAt,
        mark: row.mark,
      })),
    );
    const ids = rows.map(({ _id }) => _id);
    const facts = await Fact.find({ enrolmentId: { $in: ids } }).lean<FactRow[]>();
    steps.push(
      ...facts.map(({ enrolmentId, activityId, kind, mark, at }) => ({
        enrolment: enrolmentId.toHexString(),
        activity: activityId,
        kind,
        mark,
        at,
      })),
    );
    const said = await ModuleFeedback.find({
      enrolmentId: { $in: ids.map((id) => id.toHexString()) },
    }).lean<ModuleFeedbackRow[]>();
    feedback.push(
      ...said.map(({ enrolmentId, moduleId, text, signedBy, at }) => ({
        enrolment: enrolmentId,
        module: moduleId,
        text,
        signed: signedBy !== null,
        at,
      })),
    );
    const tried = await exportAttempts(ids.map((id) => id.toHexString()));
    attempts.push(...tried.attempts);
    answers.push(...tried.answers);
  }
  return { enrolments, steps, attempts, answers, feedback };
}

/**
 * Courses that were under way end; what was learnt stays for the numbers, under an id that leads to
 * nobody any more.
 */
export const learningData: PersonalData = {
  exportOf,
  merge: mergeEnrolments,
  forget: async (userId) => {
    for await (const rows of enrolmentsOf(userId)) {
      // What they said about a module stays for those who teach it, without their name.
      await ModuleFeedback.updateMany(
        { enrolmentId: { $in: rows.map(({ _id }) => _id.toHexString()) } },
        { $set: { signedBy: null } },
      );
      for (const row of rows) {
        if (row.status === 'completed' || row.status === 'expired') continue;
        await withdraw({ enrolmentId: row._id.toHexString(), userId });
      }
    }
  },
};
