import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { enrolmentWithdrawn } from '../events';
import { Enrolment, type EnrolmentRow } from '../model';
import { canWithdraw } from '../policy';

/**
 * Leaves a course. What was done is kept, for the day on which the person comes back.
 * @throws NotFound for anyone else's enrolment; Conflict `cannot-withdraw` when it is completed
 */
export const withdraw = (request: { enrolmentId: string; userId: string }): Promise<void> =>
  inTransaction(async () => {
    const { enrolmentId, userId } = request;
    const row = await Enrolment.findOne({ _id: enrolmentId, userId }).lean<EnrolmentRow>();
    if (!row) throw new NotFound();
    if (row.status === 'withdrawn') return;
    if (!canWithdraw(row)) throw new Conflict('cannot-withdraw', 'learning.error.cannotWithdraw');
    await Enrolment.updateOne(
      { _id: row._id, status: row.status },
      { $set: { status: 'withdrawn', withdrawnAt: now() }, $inc: { revision: 1 } },
    );
    await audit({
      action: 'learning.withdraw',
      subject: { kind: 'enrolment', id: enrolmentId },
      before: { status: row.status },
      after: { status: 'withdrawn' },
    });
    await publish(enrolmentWithdrawn, { enrolmentId });
  });
