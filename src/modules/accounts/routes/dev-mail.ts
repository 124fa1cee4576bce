import { NotFound } from '../../../platform/errors';
import { type Route, route } from '../../../platform/http';
import { mailFolder } from '../../../platform/mail';
import type { Platform } from '../../../platform/platform';
import { listMails, readMail } from '../dev-mail';
import { MailParams, PageQuery } from '../schemas';

/** The mails of the demonstration, which go nowhere else. Anywhere else there is no such page. */
export function devMailRoutes({ config }: Platform): Route[] {
  const folder = mailFolder(config);
  const checkDemo = () => {
    if (!config.demo || config.smtpUrl !== undefined) throw new NotFound();
  };
  return [
    route({
      method: 'get',
      path: '/dev/mail',
      access: 'public',
      schemas: { query: PageQuery },
      handler: async ({ page, query, t }) => {
        checkDemo();
        page('accounts/dev-mail', await listMails(folder, query.page), {
          title: t('accounts.devMail.title'),
          noindex: true,
        });
      },
    }),
    route({
      method: 'get',
      path: '/dev/mail/:file',
      access: 'public',
      schemas: { params: MailParams },
      handler: async ({ page, params, t }) => {
        checkDemo();
        const mail = await readMail(folder, params.file);
        if (!mail) throw new NotFound();
        page(
          'accounts/dev-mail-read',
          { mail },
          {
            title: mail.subject,
            noindex: true,
            breadcrumbs: [{ text: t('accounts.devMail.title'), href: '/dev/mail' }],
          },
        );
      },
    }),
  ];
}
