import { isValidObjectId } from 'mongoose';
import { audit } from '../../../platform/audit';
import { type Scope, withinScope } from '../../../platform/authz';
import { inTransaction } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { type Day, isDay } from '../../organisations';
import { enrolmentDueChanged } from '../events';
import { Enrolment, type EnrolmentRow } from '../model';

/**
 * Sets the day by which an enrolment is to be completed, or takes it away (null). Setting the same
 * day again changes nothing and tells nobody.
 * @throws NotFound outside the scope; Conflict `bad-day`, and `not-open` when it is over
 */
export const setDueDate = (request: {
  enrolmentId: string;
  dueOn: Day | null;
  scope: Scope;
}): Promise<{ changed: boolean }> =>
  inTransaction(async () => {
    const { enrolmentId, dueOn, scope } = request;
    if (dueOn !== null && !isDay(dueOn)) throw new Conflict('bad-day', 'learning.error.badDay');
    if (!isValidObjectId(enrolmentId)) throw new NotFound();
    const row = await Enrolment.findOne({
      _id: enrolmentId,
      ...withinScope(scope),
    }).lean<EnrolmentRow>();
    if (!row) throw new NotFound();
    const before = row.dueOn ?? null;
    if (before === dueOn) return { changed: false };
    if (row.status !== 'active' && row.status !== 'invited' && row.status !== 'waiting') {
      throw new Conflict('not-open', 'learning.error.notOpen');
    }
    await Enrolment.updateOne({ _id: row._id }, { $set: { dueOn } });
    await audit({
      action: 'learning.set-due-date',
      subject: { kind: 'enrolment', id: enrolmentId },
      before: { dueOn: before },
      after: { dueOn },
    });
    await publish(enrolmentDueChanged, { enrolmentId });
    return { changed: true };
  });
