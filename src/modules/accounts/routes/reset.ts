import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  type Route,
  route,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { emailKeyOf, LIMITS } from '../limits';
import { readLink } from '../links';
import { PASSWORD_MIN } from '../password';
import { EmailForm, ResetForm, TokenParams } from '../schemas';
import { requestPasswordReset, resetPassword } from '../service/passwords';
import { openLink } from './open-link';

export function resetRoutes(platform: Platform): Route[] {
  const { config, rateLimits } = platform;

  const showForgot = ({ page, t }: Exchange, form: FormState) =>
    page(
      'accounts/forgot',
      { form: formView(form, t) },
      {
        title: t('accounts.forgot.title'),
        status: form.faults.length > 0 ? 422 : 200,
        noindex: true,
      },
    );

  const showReset = async (exchange: Exchange<'public', { token: string }>, form: FormState) => {
    const { page, params, t } = exchange;
    const link = await readReset(exchange);
    if (!link) return;
    page(
      'accounts/reset',
      {
        form: formView(form, t),
        token: params.token,
        email: link.user.email,
        passwordMin: PASSWORD_MIN,
      },
      {
        title: t('accounts.reset.title'),
        status: form.faults.length > 0 ? 422 : 200,
        noindex: true,
      },
    );
  };

  const readReset = (exchange: Exchange<'public', { token: string }>) =>
    openLink(platform, exchange, 'reset', async (token) => {
      const link = await readLink(config, token);
      return link?.purpose === 'reset' ? link : null;
    });

  return [
    route({
      method: 'get',
      path: '/forgot',
      access: 'public',
      handler: (exchange) => showForgot(exchange, emptyForm()),
    }),
    route({
      method: 'post',
      path: '/forgot',
      access: 'public',
      schemas: { body: EmailForm },
      handler: async ({ body, redirect, req }) => {
        await rateLimits.count(LIMITS.forgotAddress, req.ip ?? '');
        await rateLimits.count(LIMITS.mailTo, emailKeyOf(body.email));
        await requestPasswordReset(body.email);
        redirect('/forgot/check-your-mail');
      },
      invalid: showForgot,
    }),
    route({
      method: 'get',
      path: '/forgot/check-your-mail',
      access: 'public',
      handler: ({ page, t }) =>
        page(
          'accounts/forgot-sent',
          { demo: config.demo },
          { title: t('accounts.mailSent.title'), noindex: true },
        ),
    }),
    route({
      method: 'get',
      path: '/reset/:token',
      access: 'public',
      schemas: { params: TokenParams },
      handler: (exchange) => showReset(exchange, emptyForm()),
    }),
    route({
      method: 'post',
      path: '/reset/:token',
      access: 'public',
      schemas: { params: TokenParams, body: ResetForm },
      handler: async (exchange) => {
        const link = await readReset(exchange);
        if (!link) return;
        await resetPassword({
          userId: link.user._id.toHexString(),
          before: link.user.passwordHash,
          password: exchange.body.password,
        });
        exchange.redirect('/sign-in', { kind: 'success', key: 'accounts.reset.done' });
      },
      invalid: showReset,
    }),
  ];
}
