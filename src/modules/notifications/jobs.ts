import { z } from 'zod';
import type { Platform } from '../../platform/platform';
import { defineJob, type JobDefinition } from '../../platform/queue';
import { allOrEach } from '../../shared/each-alone';
import { MAIL_KINDS, type MailKind } from './kinds';
import { type NoticeIds, noticeOf, noticesOf } from './notice';
import { addNotifications } from './service/add-notifications';
import { sendMail } from './service/send-mail';

const Payload: z.ZodType<NoticeIds> = z.object({
  kind: z.enum(MAIL_KINDS),
  userId: z.string().nullable(),
  ref: z.string(),
});

/** Notices of one kind, for the lists. */
export interface NoticesIds {
  kind: MailKind;
  of: Omit<NoticeIds, 'kind'>[];
}

const Payloads: z.ZodType<NoticesIds> = z.object({
  kind: z.enum(MAIL_KINDS),
  of: z.array(z.object({ userId: z.string().nullable(), ref: z.string() })),
});

/** A job that was sent before they came together is for one. */
const OnePayload = Payload.transform(({ kind, ...ids }): NoticesIds => ({ kind, of: [ids] }));

/** Puts notices into the lists of their people. */
export const listJob: JobDefinition<NoticesIds> = defineJob({
  name: 'notifications.list',
  schema: z.union([Payloads, OnePayload]),
  handle: ({ kind, of }) =>
    allOrEach(of, async (each) => addNotifications(await noticesOf(kind, each))),
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
