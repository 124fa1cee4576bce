import { invalidField } from '../../../platform/errors';
import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  ownPath,
  type Route,
  route,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { countSignIn, forgiveSignIn } from '../limits';
import { SignInForm, SignInQuery } from '../schemas';
import { recordSignOut } from '../service/sign-in';
import { rememberPreferences } from './preferences';
import { beginSession, endPresentSession, signedInBy } from './session';

const HOME = '/learn';

export function signInRoutes(platform: Platform): Route[] {
  const { rateLimits, config } = platform;

  const show = ({ page, t }: Exchange, form: FormState) =>
    page(
      'accounts/sign-in',
      {
        form: formView(form, t),
        returnTo: ownPath(form.values['returnTo'], ''),
        demo: config.demo,
      },
      {
        title: t('accounts.signIn.title'),
        status: form.faults.length > 0 ? 422 : 200,
        noindex: true,
      },
    );

  return [
    route({
      method: 'get',
      path: '/sign-in',
      access: 'public',
      schemas: { query: SignInQuery },
      handler: (exchange) => {
        const { returnTo } = exchange.query;
        if (exchange.actor.id !== null) exchange.redirect(ownPath(returnTo, HOME));
        else show(exchange, emptyForm({ returnTo }));
      },
    }),
    route({
      method: 'post',
      path: '/sign-in',
      access: 'public',
      schemas: { body: SignInForm },
      handler: async (exchange) => {
        const { req, body } = exchange;
        const ip = req.ip ?? '';
        await countSignIn(rateLimits, ip, body.email);
        req.body = { email: body.email, password: body.password };
        const user = await signedInBy(exchange);
        if (!user) throw invalidField('email', 'accounts.signIn.wrong');
        await beginSession(platform, exchange, user.id);
        await forgiveSignIn(rateLimits, ip, body.email);
        exchange.redirect(ownPath(body.returnTo, HOME));
      },
      invalid: show,
    }),
    route({
      method: 'post',
      path: '/sign-out',
      access: 'public',
      handler: async (exchange) => {
        const { actor, visitor } = exchange;
        if (actor.id !== null) {
          await recordSignOut(actor.id);
          await endPresentSession(exchange);
          // The page after it is in the language of the one before.
          rememberPreferences(platform, exchange, visitor.preferences);
        }
        exchange.redirect('/', { kind: 'success', key: 'accounts.signOut.done' });
      },
    }),
  ];
}
