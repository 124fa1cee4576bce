import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  type Route,
  route,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { isWelcomeLink } from '../links';
import { PASSWORD_MIN } from '../password';
import { SignUpForm, TokenParams } from '../schemas';
import { welcomeAdministrator } from '../service/welcome-administrator';
import { openLink } from './open-link';
import { beginSession } from './session';

/** The first administrator of a site makes their account by the link from the log. */
export function welcomeRoutes(platform: Platform): Route[] {
  const { config } = platform;

  const isOpen = async (exchange: Exchange<'public', { token: string }>): Promise<boolean> =>
    (await openLink(platform, exchange, 'welcome', async (token) =>
      (await isWelcomeLink(config, token)) ? token : null,
    )) !== null;

  const show = async (exchange: Exchange<'public', { token: string }>, form: FormState) => {
    const { page, params, t } = exchange;
    if (!(await isOpen(exchange))) return;
    page(
      'accounts/welcome',
      { form: formView(form, t), token: params.token, passwordMin: PASSWORD_MIN },
      {
        title: t('accounts.welcome.title'),
        status: form.faults.length > 0 ? 422 : 200,
        noindex: true,
      },
    );
  };

  return [
    route({
      method: 'get',
      path: '/welcome/:token',
      access: 'public',
      schemas: { params: TokenParams },
      handler: (exchange) => show(exchange, emptyForm()),
    }),
    route({
      method: 'post',
      path: '/welcome/:token',
      access: 'public',
      schemas: { params: TokenParams, body: SignUpForm },
      handler: async (exchange) => {
        const { body, redirect, visitor } = exchange;
        if (!(await isOpen(exchange))) return;
        const { userId } = await welcomeAdministrator({
          ...body,
          preferences: visitor.preferences,
        });
        await beginSession(platform, exchange, userId);
        redirect('/me', { kind: 'success', key: 'accounts.welcome.done' });
      },
      invalid: show,
    }),
  ];
}
