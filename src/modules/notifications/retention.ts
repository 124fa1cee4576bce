import type { RetentionRule } from '../../platform/retention';
import { MailSend, Notification } from './model';

/** The marks of what was mailed, and read notices, go when nobody asks for them any more. */
export const notificationRetention: readonly RetentionRule[] = [
  {
    key: 'mails',
    days: 90,
    least: 30,
    most: 365,
    apply: async (until) => (await MailSend.deleteMany({ createdAt: { $lt: until } })).deletedCount,
  },
  {
    key: 'notifications',
    days: 365,
    least: 30,
    most: 365,
    apply: async (until) =>
      (await Notification.deleteMany({ readAt: { $lt: until } })).deletedCount,
  },
];
