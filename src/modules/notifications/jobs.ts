import { z } from 'zod';
import type { Platform } from '../../platform/platform';
import { defineJob, type JobDefinition } from '../../platform/queue';
import { allOrEach } from '../../shared/each-alone';
import { MAIL_KINDS, type MailKind } from './kinds';
import { type Notice, type NoticeIds, noticesOf } from './notice';
import { addNotifications } from './service/add-notifications';
import { sendMails } from './service/send-mail';

const Payload: z.ZodType<NoticeIds> = z.object({
  kind: z.enum(MAIL_KINDS),
  userId: z.string().nullable(),
  ref: z.string(),
});

/** Notices of one kind that come together. */
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

const Several = z.union([Payloads, OnePayload]);

/** Puts notices into the lists of their people. */
export const listJob: JobDefinition<NoticesIds> = defineJob({
  name: 'notifications.list',
  schema: Several,
  handle: ({ kind, of }) =>
    allOrEach(of, async (each) => addNotifications(await noticesOf(kind, each))),
});

/** Sends notices by mail; a mail server that is away is tried again for some hours. */
export const mailJob = (
  platform: Pick<Platform, 'config' | 'mailer' | 'renderer' | 'storage'>,
): JobDefinition<NoticesIds> =>
  defineJob({
    name: 'notifications.mail',
    queue: 'mail',
    schema: Several,
    attempts: 12,
    backoffMs: 5_000,
    handle: async ({ kind, of }, run) => {
      const notices: Notice[] = [];
      const [lookedUp] = await Promise.allSettled([
        allOrEach(of, async (each) => {
          notices.push(...(await noticesOf(kind, each)));
        }),
      ]);
      // Those that were found do not wait for the others.
      await sendMails(platform, notices, run);
      if (lookedUp.status === 'rejected') throw lookedUp.reason;
    },
  });
