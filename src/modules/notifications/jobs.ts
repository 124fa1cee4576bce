import { z } from 'zod';
import type { Platform } from '../../platform/platform';
import { defineJob, type JobDefinition } from '../../platform/queue';
import { MAIL_KINDS } from './kinds';
import { type NoticeIds, noticeOf } from './notice';
import { addNotification } from './service/add-notification';
import { sendMail } from './service/send-mail';

const Payload: z.ZodType<NoticeIds> = z.object({
  kind: z.enum(MAIL_KINDS),
  userId: z.string().nullable(),
  ref: z.string(),
});

/** Puts a notice into someone's list. */
export const listJob: JobDefinition<NoticeIds> = defineJob({
  name: 'notifications.list',
  schema: Payload,
  handle: async (ids) => {
    const notice = await noticeOf(ids);
    if (notice) await addNotification(notice);
  },
});

/** Sends a notice by mail; a mail server that is away is tried again for some hours. */
export const mailJob = (
  platform: Pick<Platform, 'config' | 'mailer' | 'renderer' | 'storage'>,
): JobDefinition<NoticeIds> =>
  defineJob({
    name: 'notifications.mail',
    queue: 'mail',
    schema: Payload,
    attempts: 12,
    backoffMs: 5_000,
    handle: async (ids, run) => {
      const notice = await noticeOf(ids);
      if (notice) await sendMail(platform, notice, run);
    },
  });
