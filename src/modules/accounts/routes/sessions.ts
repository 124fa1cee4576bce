import { oneself, type Route, route } from '../../../platform/http';
import { SessionParams } from '../schemas';
import { endOtherSessions, endSession, sessionsOf } from '../service/sessions';

/** Where one is signed in. */
export const sessionRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/me/sessions',
    access: 'signedIn',
    handler: async ({ actor, page, req, t }) => {
      page(
        'accounts/me-sessions',
        { sessions: await sessionsOf(actor.id, req.sessionID) },
        {
          title: t('accounts.me.sessions.title'),
          active: 'me',
          noindex: true,
          breadcrumbs: [{ text: t('common.nav.me'), href: '/me' }],
        },
      );
    },
  }),
  route({
    method: 'post',
    path: '/me/sessions/end-others',
    access: oneself,
    handler: async ({ actor, redirect, req }) => {
      await endOtherSessions(actor.id, req.sessionID);
      redirect('/me/sessions', { kind: 'success', key: 'accounts.me.sessions.othersEnded' });
    },
  }),
  route({
    method: 'post',
    path: '/me/sessions/:ref/end',
    access: oneself,
    schemas: { params: SessionParams },
    handler: async ({ actor, params, redirect }) => {
      await endSession(actor.id, params.ref);
      redirect('/me/sessions', { kind: 'success', key: 'accounts.me.sessions.ended' });
    },
  }),
];
