import { isValidObjectId } from 'mongoose';
import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { ModuleFeedback } from '../feedback-model';
import type { EnrolmentRow } from '../model';
import { canLearn } from '../policy';
import { findOwn } from '../queries';
import { versionOf } from './settle';

/** As `giveFeedback`, of one's own enrolment. @throws NotFound */
export async function sayOfModule(
  userId: string,
  enrolmentId: string,
  feedback: Parameters<typeof giveFeedback>[1],
): Promise<void> {
  const row = isValidObjectId(enrolmentId) ? await findOwn(userId, enrolmentId) : null;
  if (!row) throw new NotFound();
  await giveFeedback(row, feedback);
}

/**
 * Keeps what someone says about a module; again: it takes the place of what they said before. An
 * empty text takes it back. @throws NotFound when the version has no such module
 */
export async function giveFeedback(
  row: EnrolmentRow,
  feedback: { moduleId: string; text: string; signed: boolean },
): Promise<void> {
  const { moduleId, text, signed } = feedback;
  const version = await versionOf(row);
  if (!canLearn(row) || !version.modules.some(({ id }) => id === moduleId)) throw new NotFound();
  const enrolmentId = row._id.toHexString();
  const at = { enrolmentId, moduleId };
  await inTransaction(async () => {
    if (text === '') await ModuleFeedback.deleteOne(at);
    else {
      const { courseSlug, versionId } = row;
      await ModuleFeedback.updateOne(
        at,
        {
          $set: { text, versionId, signedBy: signed ? row.userId : null, at: now() },
          $setOnInsert: { courseSlug },
        },
        { upsert: true },
      );
    }
    // That something was said, but not what: words that are not signed stay without a name.
    await audit({
      action: text === '' ? 'learning.take-feedback-back' : 'learning.give-feedback',
      subject: { kind: 'course', id: row.courseSlug },
      after: { moduleId },
    });
  });
}
