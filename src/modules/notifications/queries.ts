import { DAY, now } from '../../shared/clock';
import { MailSend, Notification, type NotificationRow } from './model';

const PER_PAGE = 20;

export interface NotificationPage {
  rows: readonly NotificationRow[];
  page: number;
  pages: number;
}

/** A page of someone's notifications, the latest first. */
export async function listOwn(userId: string, page: number): Promise<NotificationPage> {
  const total = await Notification.countDocuments({ userId });
  const pages = Math.max(1, Math.ceil(total / PER_PAGE));
  const shown = Math.min(page, pages);
  const rows = await Notification.find({ userId })
    .sort({ createdAt: -1, _id: -1 })
    .skip((shown - 1) * PER_PAGE)
    .limit(PER_PAGE)
    .lean<NotificationRow[]>();
  return { rows, page: shown, pages };
}

/** How many mails of the last `days` days could not be sent after all tries. */
export const countFailedMails = (days: number): Promise<number> =>
  MailSend.countDocuments({
    status: 'failed',
    at: { $gte: new Date(now().getTime() - days * DAY) },
  });
