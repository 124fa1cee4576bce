import { type Route, route } from '../../../platform/http';
import { hasText, type Translate } from '../../../platform/i18n';
import { findPeople, findUserIdByEmail } from '../../accounts';
import type { MailLog } from '../mail-log';
import { siteAdministrator } from '../policy';
import { MAIL_STATES, MailQuery } from '../schemas';
import { frame } from './frame';

/** An id that nobody has. */
const NOBODY = '0'.repeat(24);

/** Why a mail was not sent, in words; what a mail server answered stands as it came. */
function reasonIn(
  { status, reason }: { status: string; reason: string | null },
  t: Translate,
): string {
  const key = `admin.mails.skipped.${reason}`;
  return status === 'skipped' && hasText(key) ? t(key) : (reason ?? '');
}

/** What was mailed to whom, when, and whether it went out; never what was in it. */
export const mailRoutes = (listMails: MailLog): Route[] => [
  route({
    method: 'get',
    path: '/admin/mails',
    access: siteAdministrator,
    schemas: { query: MailQuery },
    handler: async (exchange) => {
      const { query, t, visitor } = exchange;
      const { mails, page, pages } = await listMails({
        page: query.page,
        ...(query.state ? { status: query.state } : {}),
        ...(query.q === '' ? {} : { userId: (await findUserIdByEmail(query.q)) ?? NOBODY }),
      });
      const people = await findPeople([...new Set(mails.map(({ userId }) => userId))]);
      const href = (change: Record<string, string>) =>
        `/admin/mails?${new URLSearchParams({
          q: query.q,
          ...(query.state ? { state: query.state } : {}),
          ...change,
        })}`;
      exchange.page(
        'admin/mails',
        {
          q: query.q,
          state: query.state ?? '',
          tabs: ['', ...MAIL_STATES].map((state) => ({
            text: t(state === '' ? 'admin.mails.all' : `admin.mails.state.${state}`),
            href: href({ state }),
            current: state === (query.state ?? ''),
          })),
          rows: mails.map((mail) => ({
            when: visitor.format.dateTime(mail.at),
            to: people.get(mail.userId)?.email ?? t('admin.audit.unknown'),
            href: people.has(mail.userId) ? `/admin/users/${mail.userId}` : null,
            kind: t(`notifications.kind.${mail.kind}`),
            state: t(`admin.mails.state.${mail.status}`),
            reason: reasonIn(mail, t),
          })),
          page,
          pages,
          pageHref: (n: number) => href({ page: String(n) }),
        },
        frame(exchange, t('admin.mails.title')),
      );
    },
  }),
];
