import { invalidField } from '../../../platform/errors';
import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  type Route,
  route,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { countSignIn, forgiveSignIn } from '../limits';
import { readLink } from '../links';
import { verifyPassword } from '../password';
import { findPasswordHash } from '../queries';
import { ConfirmForm, TokenParams } from '../schemas';
import { confirmEmail, confirmEmailChange } from '../service/confirm-email';
import { openLink } from './open-link';
import { beginSession } from './session';

type Link = NonNullable<Awaited<ReturnType<typeof readLink>>>;

/**
 * The links that prove that a mailbox is one's own. Opening one changes nothing, because mail
 * programs open links by themselves; its button does. Confirming a new account also asks for its
 * password: someone else may have signed up with this address.
 */
export function confirmRoutes(platform: Platform): Route[] {
  const { config, rateLimits } = platform;

  const open = (exchange: Exchange<'public', { token: string }>) =>
    openLink(platform, exchange, 'confirm', async (token) => {
      const link = await readLink(config, token);
      return link?.purpose === 'reset' ? null : link;
    });

  const show = async (exchange: Exchange<'public', { token: string }>, form: FormState) => {
    const { actor, page, params, t } = exchange;
    const link = await open(exchange);
    if (!link) return;
    const { user, purpose } = link;
    const isChange = purpose === 'email-change';
    if (!isChange && user.emailConfirmedAt) {
      const isOwn = actor.id === user._id.toHexString();
      exchange.redirect(isOwn ? '/learn' : '/sign-in', {
        kind: 'info',
        key: 'accounts.confirm.already',
      });
      return;
    }
    page(
      'accounts/confirm',
      {
        form: formView(form, t),
        token: params.token,
        email: isChange ? user.pendingEmail : user.email,
        name: user.name,
        isChange,
        needsPassword: needsPassword(link, actor.id),
      },
      {
        title: t(isChange ? 'accounts.confirm.change.title' : 'accounts.confirm.title'),
        status: form.faults.length > 0 ? 422 : 200,
        noindex: true,
      },
    );
  };

  return [
    route({
      method: 'get',
      path: '/confirm/:token',
      access: 'public',
      schemas: { params: TokenParams },
      handler: (exchange) => show(exchange, emptyForm()),
    }),
    route({
      method: 'post',
      path: '/confirm/:token',
      access: 'public',
      schemas: { params: TokenParams, body: ConfirmForm },
      handler: async (exchange) => {
        const { actor, body, req, redirect } = exchange;
        const link = await open(exchange);
        if (!link) return;
        const userId = link.user._id.toHexString();
        if (link.purpose === 'email-change') {
          await confirmEmailChange(userId, link.user.pendingEmail ?? '');
          redirect(actor.id === userId ? '/me' : '/sign-in', {
            kind: 'success',
            key: 'accounts.confirm.change.done',
          });
          return;
        }
        if (!needsPassword(link, actor.id)) {
          await confirmEmail(userId);
          redirect('/learn', { kind: 'success', key: 'accounts.confirm.done' });
          return;
        }
        const ip = req.ip ?? '';
        await countSignIn(rateLimits, ip, link.user.email);
        const fits = await verifyPassword(await findPasswordHash(userId), body.password ?? '');
        if (!fits) throw invalidField('password', 'accounts.confirm.wrong');
        await forgiveSignIn(rateLimits, ip, link.user.email);
        await confirmEmail(userId);
        await beginSession(platform, exchange, userId);
        redirect('/learn', { kind: 'success', key: 'accounts.confirm.done' });
      },
      invalid: show,
    }),
  ];
}

const needsPassword = ({ purpose, user }: Link, actorId: string | null): boolean =>
  purpose === 'confirm' && actorId !== user._id.toHexString();
