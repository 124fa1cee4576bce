import type { PersonalData } from '../../platform/personal';
import { Heading, Offer, Reminder, Upload } from './model';
import { forgetRows } from './service/forget-rows';
import { mergeOffers } from './service/merge-offers';

const MOST = 1_000;

async function exportOf(userId: string) {
  const offers = await Offer.find({ userId }).sort({ createdAt: -1 }).limit(MOST).lean();
  const reminders = await Reminder.find({ userId }).sort({ day: -1 }).limit(MOST).lean();
  const headings = await Heading.find({ by: userId }).sort({ heading: 1 }).limit(MOST).lean();
  return {
    headings: headings.map(({ heading, column }) => ({ heading, column })),
    offers: offers.map((offer) => ({
      course: offer.courseSlug,
      dueOn: offer.dueOn,
      number: offer.number,
      state: offer.state,
      offeredAt: offer.createdAt,
      answeredAt: offer.answeredAt,
    })),
    reminders: reminders.map(({ enrolmentId, createdAt }) => ({
      enrolment: enrolmentId,
      sentAt: createdAt,
    })),
  };
}

/** Places that were offered and reminders go with the person, and their names in the rows of imports. */
export const enrollingData: PersonalData = {
  exportOf,
  merge: mergeOffers,
  forget: async (userId) => {
    await Offer.deleteMany({ userId });
    await Reminder.deleteMany({ userId });
    await Upload.deleteMany({ by: userId });
    await Heading.deleteMany({ by: userId });
    await forgetRows(userId);
  },
};
