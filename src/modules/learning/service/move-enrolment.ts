import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { findVersion } from '../../catalogue';
import { enrolmentMoved } from '../events';
import { Enrolment, type EnrolmentRow } from '../model';
import { MOVABLE } from '../moving';
import { settle, versionOf } from './settle';

/**
 * Moves someone to a newer version of their course. Facts stay, so what both versions have stays
 * done; a quiz that is open goes on as it began. When the rule of the newer version is met by what
 * was done, the enrolment is completed. Again: the same result.
 * @throws NotFound; Conflict `cannot-move` for someone who has completed or left, `not-newer`
 */
export const moveEnrolment = (request: { enrolmentId: string; versionId: string }): Promise<void> =>
  inTransaction(async () => {
    const { enrolmentId, versionId } = request;
    const to = await findVersion(versionId);
    // Held from here on: a fact that arrives at this moment is written before or after.
    const row = await Enrolment.findOneAndUpdate(
      { _id: enrolmentId },
      { $inc: { revision: 1 } },
    ).lean<EnrolmentRow>();
    if (!row || to?.courseSlug !== row.courseSlug) throw new NotFound();
    if (row.versionId === versionId) return;
    if (!MOVABLE.includes(row.status))
      throw new Conflict('cannot-move', 'learning.error.cannotMove');
    const from = await versionOf(row);
    if (to.number <= from.number) throw new Conflict('not-newer', 'learning.error.notNewer');
    await Enrolment.updateOne({ _id: row._id }, { $set: { versionId } });
    await audit({
      action: 'learning.move',
      subject: { kind: 'enrolment', id: enrolmentId },
      before: { versionId: row.versionId, number: from.number },
      after: { versionId, number: to.number },
    });
    await publish(enrolmentMoved, { enrolmentId, fromVersionId: row.versionId, versionId });
    await settle({ ...row, versionId }, row.done);
  });
