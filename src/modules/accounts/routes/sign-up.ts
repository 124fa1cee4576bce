import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  type Route,
  route,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { HOUR } from '../../../shared/clock';
import { emailKeyOf, LIMITS } from '../limits';
import { PASSWORD_MIN } from '../password';
import { EmailForm, SignUpForm } from '../schemas';
import { sendConfirmationAgain, signUp } from '../service/sign-up';

/** Where the mail went, for the page that says so: kept in the browser alone, for an hour. */
const SENT_TO = 'kelas_sent_to';

export function signUpRoutes(platform: Platform): Route[] {
  const { config, rateLimits, secureCookies } = platform;

  const show = ({ page, t }: Exchange, form: FormState) =>
    page(
      'accounts/sign-up',
      { form: formView(form, t), passwordMin: PASSWORD_MIN },
      { title: t('accounts.signUp.title'), status: form.faults.length > 0 ? 422 : 200 },
    );

  const showSent = ({ page, t, req }: Exchange, form: FormState) => {
    const sentTo: unknown = req.cookies?.[SENT_TO];
    page(
      'accounts/check-your-mail',
      {
        form: formView(form, t),
        sentTo: typeof sentTo === 'string' ? sentTo : null,
        demo: config.demo,
      },
      {
        title: t('accounts.mailSent.title'),
        status: form.faults.length > 0 ? 422 : 200,
        noindex: true,
      },
    );
  };

  const rememberAddress = ({ res }: Exchange, email: string) =>
    res.cookie(SENT_TO, email, {
      httpOnly: true,
      sameSite: 'lax',
      secure: secureCookies,
      path: '/sign-up',
      maxAge: HOUR,
    });

  const count = async ({ req }: Exchange, email: string) => {
    await rateLimits.count(LIMITS.signUpAddress, req.ip ?? '');
    await rateLimits.count(LIMITS.mailTo, emailKeyOf(email));
  };

  return [
    route({
      method: 'get',
      path: '/sign-up',
      access: 'public',
      handler: (exchange) => {
        if (exchange.actor.id !== null) exchange.redirect('/learn');
        else show(exchange, emptyForm());
      },
    }),
    route({
      method: 'post',
      path: '/sign-up',
      access: 'public',
      schemas: { body: SignUpForm },
      handler: async (exchange) => {
        const { body, visitor } = exchange;
        await count(exchange, body.email);
        await signUp({ ...body, preferences: visitor.preferences });
        rememberAddress(exchange, body.email);
        exchange.redirect('/sign-up/check-your-mail');
      },
      invalid: show,
    }),
    route({
      method: 'get',
      path: '/sign-up/check-your-mail',
      access: 'public',
      handler: (exchange) => showSent(exchange, emptyForm()),
    }),
    route({
      method: 'post',
      path: '/sign-up/check-your-mail',
      access: 'public',
      schemas: { body: EmailForm },
      handler: async (exchange) => {
        const { email } = exchange.body;
        await count(exchange, email);
        await sendConfirmationAgain(email);
        rememberAddress(exchange, email);
        exchange.redirect('/sign-up/check-your-mail', {
          kind: 'success',
          key: 'accounts.mailSent.again',
        });
      },
      invalid: showSent,
    }),
  ];
}
