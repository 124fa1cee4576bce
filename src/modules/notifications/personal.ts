import type { PersonalData } from '../../platform/personal';
import {
  MailChoice,
  MailSend,
  type MailSendRow,
  Notification,
  type NotificationRow,
} from './model';
import { mergeNotices } from './service/merge-notices';

const MOST = 5_000;

async function exportOf(userId: string) {
  const listed = await Notification.find({ userId })
    .sort({ createdAt: -1 })
    .limit(MOST)
    .lean<NotificationRow[]>();
  const mails = await MailSend.find({ userId })
    .sort({ createdAt: -1 })
    .limit(MOST)
    .lean<MailSendRow[]>();
  const choices = await MailChoice.findOne({ userId }).lean();
  return {
    notifications: listed.map(({ kind, values, createdAt, readAt }) => ({
      kind,
      ...values,
      createdAt,
      readAt,
    })),
    mails: mails.map(({ kind, status, at }) => ({ kind, status, at })),
    mailsSwitchedOff: (choices?.off ?? []).map((kind) => ({ kind })),
  };
}

/** Notices and the marks of what was mailed go with the person. */
export const notificationData: PersonalData = {
  exportOf,
  merge: mergeNotices,
  forget: async (userId) => {
    await Notification.deleteMany({ userId });
    await MailSend.deleteMany({ userId });
    await MailChoice.deleteMany({ userId });
  },
};
