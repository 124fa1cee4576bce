import { DAY, now } from '../../shared/clock';
import { MailSend, type MailSendRow, Notification, type NotificationRow } from './model';

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

/** A mail as those see it who look after the mail: never what was in it. */
export interface MailRecord {
  id: string;
  userId: string;
  kind: MailSendRow['kind'];
  status: MailSendRow['status'];
  reason: string | null;
  tries: number;
  at: Date;
}

const MAILS_PER_PAGE = 50;
/** More than this nobody pages through. */
const MOST_MAILS = 5_000;

/** A page of the mails that were sent or are to be sent, the latest first. */
export async function listMails(search: {
  status?: MailSendRow['status'];
  userId?: string;
  page: number;
}): Promise<{ mails: MailRecord[]; page: number; pages: number }> {
  const filter = {
    ...(search.status ? { status: search.status } : {}),
    ...(search.userId ? { userId: search.userId } : {}),
  };
  const total = await MailSend.countDocuments(filter).limit(MOST_MAILS);
  const pages = Math.max(1, Math.ceil(total / MAILS_PER_PAGE));
  const page = Math.min(search.page, pages);
  const rows = await MailSend.find(filter)
    .sort({ createdAt: -1 })
    .skip((page - 1) * MAILS_PER_PAGE)
    .limit(MAILS_PER_PAGE)
    .lean<MailSendRow[]>();
  return {
    mails: rows.map((row) => ({
      id: row._id.toHexString(),
      userId: row.userId,
      kind: row.kind,
      status: row.status,
      reason: row.reason,
      tries: row.tries,
      at: row.at,
    })),
    page,
    pages,
  };
}
