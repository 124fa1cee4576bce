import { reassignActs } from '../../../platform/bulk';
import { inTransaction } from '../../../platform/db';
import { openEnrolmentsOf } from '../../learning';
import {
  Heading,
  Import,
  Offer,
  type OfferRecord,
  Reminder,
  type ReminderRecord,
  Upload,
} from '../model';

/**
 * Places that were offered and reminders, as one person's: an offer of a course in which they are,
 * or that they have already, goes. What they began as staff goes on as theirs.
 */
export const mergeOffers = (from: string, to: string): Promise<void> =>
  inTransaction(async () => {
    const offers = await Offer.find({ userId: from }).lean<OfferRecord[]>();
    const own = await Offer.find({ userId: to, state: 'open' }).lean<OfferRecord[]>();
    const open = offers.filter(({ state }) => state === 'open');
    const taken = await openEnrolmentsOf(
      [to],
      open.map(({ courseSlug }) => courseSlug),
    );
    const double = open.filter(
      (offer) =>
        taken.some(({ courseSlug }) => courseSlug === offer.courseSlug) ||
        own.some(
          (other) =>
            other.courseSlug === offer.courseSlug && other.organisationId === offer.organisationId,
        ),
    );
    await Offer.deleteMany({ _id: { $in: double.map(({ _id }) => _id) } });
    // Nobody opens the account any more that was made for an offer: its yes is asked of the other.
    await Offer.updateMany({ userId: from }, { $set: { userId: to, newAccount: false } });

    const days = new Set(
      (await Reminder.find({ userId: to }, { day: 1 }).lean()).map((r) => r.day),
    );
    const reminders = await Reminder.find({ userId: from }).lean<ReminderRecord[]>();
    const same = reminders.filter(({ day }) => days.has(day));
    await Reminder.deleteMany({ _id: { $in: same.map(({ _id }) => _id) } });
    await Reminder.updateMany({ userId: from }, { $set: { userId: to } });
    await Import.updateMany({ by: from }, { $set: { by: to } });
    await Upload.updateMany({ by: from }, { $set: { by: to } });
    const said = await Heading.distinct('heading', { by: to });
    await Heading.deleteMany({ by: from, heading: { $in: said } });
    await Heading.updateMany({ by: from }, { $set: { by: to } });
    await reassignActs(from, to);
  });
