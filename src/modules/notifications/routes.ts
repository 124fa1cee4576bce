import { type Route, route } from '../../platform/http';
import { isOptional, MAIL_KINDS, OPTIONAL_MAILS } from './kinds';
import { listOwn } from './queries';
import { MailChoicesForm, NotificationParams, PageQuery } from './schemas';
import { chooseMails, wishesOf } from './service/mail-choices';
import { markAllRead, markRead } from './service/mark-read';
import { toNotificationsPage } from './view-models';

export const notificationRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/notifications',
    access: 'signedIn',
    schemas: { query: PageQuery },
    handler: async ({ actor, page, query, t, visitor }) => {
      const reader = { language: visitor.preferences.language, t, format: visitor.format };
      const list = await listOwn(actor.id, query.page);
      page(
        'notifications/list',
        await toNotificationsPage(list, reader, visitor.user?.unread ?? 0),
        { title: t('notifications.list.title'), noindex: true },
      );
    },
  }),
  route({
    method: 'post',
    path: '/notifications/read-all',
    access: 'signedIn',
    handler: async ({ actor, redirect }) => {
      await markAllRead(actor.id);
      redirect('/notifications');
    },
  }),
  route({
    method: 'post',
    path: '/notifications/:id/read',
    access: 'signedIn',
    schemas: { params: NotificationParams },
    handler: async ({ actor, params, redirect }) => {
      await markRead(actor.id, params.id);
      redirect('/notifications');
    },
  }),
  route({
    method: 'post',
    path: '/notifications/:id/open',
    access: 'signedIn',
    schemas: { params: NotificationParams },
    handler: async ({ actor, params, redirect }) => {
      const { href } = await markRead(actor.id, params.id);
      redirect(href);
    },
  }),
  route({
    method: 'get',
    path: '/me/notifications',
    access: 'signedIn',
    handler: async ({ actor, page, t }) => {
      const { off, pdf: attachPdf } = await wishesOf(actor.id);
      page(
        'notifications/choices',
        {
          optional: OPTIONAL_MAILS.map((kind) => ({ kind, wanted: !off.has(kind) })),
          attachPdf,
          always: MAIL_KINDS.filter((kind) => !isOptional(kind)),
        },
        {
          title: t('notifications.choices.title'),
          active: 'me',
          noindex: true,
          breadcrumbs: [{ text: t('common.nav.me'), href: '/me' }],
        },
      );
    },
  }),
  route({
    method: 'post',
    path: '/me/notifications',
    access: 'signedIn',
    schemas: { body: MailChoicesForm },
    handler: async ({ actor, body, redirect }) => {
      await chooseMails(actor.id, body.mails, body.attachPdf);
      redirect('/me/notifications', { kind: 'success', key: 'notifications.choices.done' });
    },
  }),
];
