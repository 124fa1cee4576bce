import { NotFound } from '../../../platform/errors';
import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  oneself,
  type PageOptions,
  type Route,
  route,
} from '../../../platform/http';
import { TIME_ZONES } from '../../../platform/i18n';
import type { Platform } from '../../../platform/platform';
import { emailKeyOf, LIMITS } from '../limits';
import { PASSWORD_MIN } from '../password';
import { findOwnAccount } from '../queries';
import { ChangeEmailForm, ChangePasswordForm, NameForm } from '../schemas';
import { changePassword } from '../service/passwords';
import { cancelEmailChange, changeName, requestEmailChange } from '../service/profile';
import { requestConfirmation } from '../service/sign-up';

type Mine = Exchange<'signedIn' | typeof oneself>;

const zoneName = (zone: string): string => zone.replaceAll('_', ' ');

/** One's own account: an overview, and a page for each thing that one can change. */
export function meRoutes(platform: Platform): Route[] {
  const { rateLimits } = platform;

  const own = async ({ actor }: Mine) => {
    const account = await findOwnAccount(actor.id);
    if (!account) throw new NotFound();
    return account;
  };

  const options = ({ t }: Mine, title: string, form?: FormState): PageOptions => ({
    title: t(title),
    active: 'me',
    noindex: true,
    status: form && form.faults.length > 0 ? 422 : 200,
    breadcrumbs: [{ text: t('common.nav.me'), href: '/me' }],
  });

  const showName = async (exchange: Mine, form?: FormState) => {
    const { name } = await own(exchange);
    const state = form ?? emptyForm({ name });
    exchange.page(
      'accounts/me-name',
      { form: formView(state, exchange.t) },
      options(exchange, 'accounts.me.name.title', state),
    );
  };

  const showEmail = async (exchange: Mine, form: FormState) => {
    const { email, pendingEmail } = await own(exchange);
    exchange.page(
      'accounts/me-email',
      { form: formView(form, exchange.t), email, pendingEmail },
      options(exchange, 'accounts.me.email.title', form),
    );
  };

  const showPassword = async (exchange: Mine, form: FormState) => {
    const { email } = await own(exchange);
    exchange.page(
      'accounts/me-password',
      { form: formView(form, exchange.t), email, passwordMin: PASSWORD_MIN },
      options(exchange, 'accounts.me.password.title', form),
    );
  };

  return [
    route({
      method: 'get',
      path: '/me',
      access: 'signedIn',
      handler: async (exchange) => {
        const { t, visitor } = exchange;
        exchange.page(
          'accounts/me',
          { account: await own(exchange), preferences: visitor.preferences },
          { title: t('accounts.me.title'), active: 'me', noindex: true },
        );
      },
    }),
    route({
      method: 'get',
      path: '/me/name',
      access: oneself,
      handler: (exchange) => showName(exchange),
    }),
    route({
      method: 'post',
      path: '/me/name',
      access: oneself,
      schemas: { body: NameForm },
      handler: async ({ actor, body, redirect }) => {
        await changeName(actor.id, body.name);
        redirect('/me', { kind: 'success', key: 'accounts.me.name.done' });
      },
      invalid: showName,
    }),
    route({
      method: 'get',
      path: '/me/email',
      access: oneself,
      handler: (exchange) => showEmail(exchange, emptyForm()),
    }),
    route({
      method: 'post',
      path: '/me/email',
      access: oneself,
      schemas: { body: ChangeEmailForm },
      handler: async ({ actor, body, redirect }) => {
        await rateLimits.count(LIMITS.password, actor.id);
        await rateLimits.count(LIMITS.mailTo, emailKeyOf(body.email));
        await requestEmailChange({ userId: actor.id, ...body });
        redirect('/me/email', { kind: 'success', key: 'accounts.me.email.sent' });
      },
      invalid: showEmail,
    }),
    route({
      method: 'post',
      path: '/me/email/cancel',
      access: oneself,
      handler: async ({ actor, redirect }) => {
        await cancelEmailChange(actor.id);
        redirect('/me/email', { kind: 'success', key: 'accounts.me.email.cancelled' });
      },
    }),
    route({
      method: 'post',
      path: '/me/email/confirm',
      access: oneself,
      handler: async (exchange) => {
        const { actor, redirect } = exchange;
        const { email } = await own(exchange);
        await rateLimits.count(LIMITS.mailTo, emailKeyOf(email));
        await requestConfirmation(actor.id);
        redirect('/me', { kind: 'success', key: 'accounts.mailSent.again' });
      },
    }),
    route({
      method: 'get',
      path: '/me/password',
      access: oneself,
      handler: (exchange) => showPassword(exchange, emptyForm()),
    }),
    route({
      method: 'post',
      path: '/me/password',
      access: oneself,
      schemas: { body: ChangePasswordForm },
      handler: async ({ actor, body, redirect, req }) => {
        await rateLimits.count(LIMITS.password, actor.id);
        await changePassword({ userId: actor.id, ...body, sessionId: req.sessionID });
        redirect('/me', { kind: 'success', key: 'accounts.me.password.done' });
      },
      invalid: showPassword,
    }),
    route({
      method: 'get',
      path: '/me/preferences',
      access: 'signedIn',
      handler: (exchange) =>
        exchange.page(
          'accounts/me-preferences',
          {
            preferences: exchange.visitor.preferences,
            siteZone: zoneName(platform.config.timeZone),
            timeZones: TIME_ZONES.map((value) => ({ value, text: zoneName(value) })),
          },
          options(exchange, 'common.preferences.title'),
        ),
    }),
  ];
}
