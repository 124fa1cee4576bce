import type { Types } from 'mongoose';
import { audit } from '../../platform/audit';
import { inTransaction } from '../../platform/db';
import { publish } from '../../platform/outbox';
import type { RetentionRule } from '../../platform/retention';
import { removeAttempts } from '../assessment';
import { enrolmentForgotten } from './events';
import { ModuleFeedback } from './feedback-model';
import { Enrolment, Fact } from './model';

const AT_ONCE = 100;

const over = (until: Date) => ({ status: 'withdrawn' as const, withdrawnAt: { $lt: until } });

/** With everything that was done in it, unless the person has come back meanwhile. */
const forgetOne = (until: Date, _id: Types.ObjectId): Promise<boolean> =>
  inTransaction(async () => {
    const gone = await Enrolment.findOneAndDelete({ _id, ...over(until) }).lean();
    if (!gone) return false;
    const enrolmentId = _id.toHexString();
    await Fact.deleteMany({ enrolmentId: _id });
    await ModuleFeedback.deleteMany({ enrolmentId });
    await removeAttempts(enrolmentId);
    await audit({
      action: 'learning.forget',
      subject: { kind: 'enrolment', id: enrolmentId },
      before: { status: 'withdrawn', courseSlug: gone.courseSlug },
    });
    await publish(enrolmentForgotten, { enrolmentId });
    return true;
  });

/** Courses that someone left and did not come back to. What was completed is never among them. */
export const learningRetention: readonly RetentionRule[] = [
  {
    key: 'withdrawn',
    days: 5 * 365 + 1,
    least: 90,
    most: 36_525,
    apply: async (until) => {
      let removed = 0;
      for (;;) {
        const rows = await Enrolment.find(over(until), { _id: 1 }).limit(AT_ONCE).lean();
        for (const { _id } of rows) if (await forgetOne(until, _id)) removed += 1;
        if (rows.length < AT_ONCE) return removed;
      }
    },
  },
];
