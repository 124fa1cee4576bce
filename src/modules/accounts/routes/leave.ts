import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  oneself,
  type Route,
  route,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { LIMITS } from '../limits';
import { LeaveForm } from '../schemas';
import { deleteAccount } from '../service/delete-account';
import { rememberPreferences } from './preferences';
import { endPresentSession } from './session';

/** Leaving: the account is deleted. */
export function leaveRoutes(platform: Platform): Route[] {
  const show = (exchange: Exchange<typeof oneself>, form: FormState) => {
    const { t, page } = exchange;
    page(
      'accounts/leave',
      { form: formView(form, t) },
      {
        title: t('accounts.leave.title'),
        active: 'me',
        noindex: true,
        status: form.faults.length > 0 ? 422 : 200,
        breadcrumbs: [
          { text: t('common.nav.me'), href: '/me' },
          { text: t('accounts.me.data'), href: '/me/data' },
        ],
      },
    );
  };

  return [
    route({
      method: 'get',
      path: '/me/data/delete',
      access: oneself,
      handler: (exchange) => show(exchange, emptyForm()),
    }),
    route({
      method: 'post',
      path: '/me/data/delete',
      access: oneself,
      schemas: { body: LeaveForm },
      handler: async (exchange) => {
        const { actor, body, visitor } = exchange;
        await platform.rateLimits.count(LIMITS.password, actor.id);
        await deleteAccount({ userId: actor.id, ...body });
        await endPresentSession(exchange);
        rememberPreferences(platform, exchange, visitor.preferences);
        exchange.redirect('/', { kind: 'success', key: 'accounts.leave.done' });
      },
      invalid: show,
    }),
  ];
}
