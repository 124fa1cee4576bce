import { isValidObjectId } from 'mongoose';
import { audit } from '../../../platform/audit';
import { type Scope, withinScope } from '../../../platform/authz';
import { inTransaction } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { enrolmentWithdrawn } from '../events';
import { Enrolment, type EnrolmentRow } from '../model';
import { canWithdraw } from '../policy';

async function end(row: EnrolmentRow, reason?: string): Promise<void> {
  const enrolmentId = row._id.toHexString();
  if (!canWithdraw(row)) throw new Conflict('cannot-withdraw', 'learning.error.cannotWithdraw');
  await Enrolment.updateOne(
    { _id: row._id, status: row.status },
    { $set: { status: 'withdrawn', withdrawnAt: now() }, $inc: { revision: 1 } },
  );
  await audit({
    action: 'learning.withdraw',
    subject: { kind: 'enrolment', id: enrolmentId },
    before: { status: row.status },
    after: { status: 'withdrawn', ...(reason === undefined ? {} : { reason }) },
  });
  await publish(enrolmentWithdrawn, { enrolmentId });
}

/**
 * Takes someone out of a course, with a reason. What was done is kept.
 * @throws NotFound outside the scope; Conflict `cannot-withdraw` when it is completed or over
 */
export const withdrawByStaff = (request: {
  enrolmentId: string;
  reason: string;
  scope: Scope;
}): Promise<void> =>
  inTransaction(async () => {
    const { enrolmentId, reason, scope } = request;
    if (!isValidObjectId(enrolmentId)) throw new NotFound();
    const row = await Enrolment.findOne({
      _id: enrolmentId,
      ...withinScope(scope),
    }).lean<EnrolmentRow>();
    if (!row) throw new NotFound();
    await end(row, reason);
  });

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
    await end(row);
  });
