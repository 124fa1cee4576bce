import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { now } from '../../../shared/clock';
import { Enrolment, type EnrolmentRow } from '../model';

/** Notes where someone is, so that they can continue there. Nothing is written for a reload. */
export async function notePosition(row: EnrolmentRow, activityId: string): Promise<void> {
  if (row.lastActivityId === activityId) return;
  await Enrolment.updateOne(
    { _id: row._id },
    { $set: { lastActivityId: activityId, lastSeenAt: now() } },
  );
}

/** Notes that "you have completed" was seen. */
export async function noteFinishSeen(row: EnrolmentRow): Promise<void> {
  if (row.finishSeenAt !== null) return;
  await Enrolment.updateOne(
    { _id: row._id, finishSeenAt: null },
    { $set: { finishSeenAt: now() } },
  );
}

/** Sets the language in which the lessons of an enrolment are read. */
export const chooseLanguage = (row: EnrolmentRow, language: string): Promise<void> =>
  inTransaction(async () => {
    await Enrolment.updateOne({ _id: row._id }, { $set: { language } });
    await audit({
      action: 'learning.choose-language',
      subject: { kind: 'enrolment', id: row._id.toHexString() },
      before: { language: row.language },
      after: { language },
    });
  });
