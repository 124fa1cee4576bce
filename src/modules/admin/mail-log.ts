import type { MAIL_STATES } from './schemas';

type MailState = (typeof MAIL_STATES)[number];

/** The room of notifications stands beside this one: what it knows of its mails is handed in. */
export type MailLog = (search: { status?: MailState; userId?: string; page: number }) => Promise<{
  mails: readonly {
    userId: string;
    kind: string;
    status: MailState;
    reason: string | null;
    at: Date;
  }[];
  page: number;
  pages: number;
}>;
