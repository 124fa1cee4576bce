import { createHmac, timingSafeEqual } from 'node:crypto';
import { isValidObjectId } from 'mongoose';
import type { Config } from '../../platform/config';
import { DAY, HOUR, now } from '../../shared/clock';
import { normaliseEmail } from '../../shared/text';
import { FirstAdministrator, User, type UserRow } from './model';

/** What a link in a mail is for. */
export type LinkPurpose = 'confirm' | 'email-change' | 'reset';

/** How long a link works, counted from the moment when its mail is written. */
const LIFETIME_MS: Record<LinkPurpose, number> = {
  confirm: 7 * DAY,
  'email-change': 2 * DAY,
  reset: HOUR,
};

const LETTER: Record<LinkPurpose, string> = { confirm: 'c', 'email-change': 'e', reset: 'r' };
const PATH: Record<LinkPurpose, string> = {
  confirm: '/confirm',
  'email-change': '/confirm',
  reset: '/reset',
};

const INVITATION_LIFETIME_MS = 30 * DAY;
const WELCOME_LIFETIME_MS = 7 * DAY;

type LinkState = Pick<
  UserRow,
  | '_id'
  | 'email'
  | 'emailKey'
  | 'name'
  | 'emailConfirmedAt'
  | 'pendingEmail'
  | 'passwordHash'
  | 'awaitsConfirmation'
>;

const LINK_STATE = {
  name: 1,
  email: 1,
  emailKey: 1,
  emailConfirmedAt: 1,
  pendingEmail: 1,
  passwordHash: 1,
  awaitsConfirmation: 1,
} as const;

/**
 * What the link's use changes is part of what is signed: a used link fits no more, and nothing that
 * opens an account lies in the database.
 */
const signedState: Record<LinkPurpose, (user: LinkState) => string> = {
  confirm: (user) => user.emailKey,
  'email-change': (user) => `${user.emailKey} ${user.pendingEmail}`,
  reset: (user) => `${user.emailKey} ${user.passwordHash}`,
};

function sign(config: Config, text: string): string {
  const key = createHmac('sha256', config.sessionSecret ?? '')
    .update('account links')
    .digest();
  return createHmac('sha256', key).update(text).digest('base64url');
}

const sameText = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

const tokenOf = (config: Config, purpose: LinkPurpose, user: LinkState, until: string): string => {
  const head = `${LETTER[purpose]}.${user._id.toHexString()}.${until}`;
  return `${head}.${sign(config, `${head}.${signedState[purpose](user)}`)}`;
};

/**
 * The address that a mail leads to: works once and for a limited time. Null when there is nothing
 * to lead to any more: no such account, nothing to confirm, or the new address has been taken.
 */
export async function accountLink(
  config: Config,
  purpose: LinkPurpose,
  userId: string,
): Promise<string | null> {
  const user = await User.findById(userId, LINK_STATE).lean<LinkState>();
  if (!user) return null;
  if (purpose === 'confirm' && user.emailConfirmedAt) return null;
  if (purpose === 'email-change') {
    if (user.pendingEmail === null) return null;
    if (await User.exists({ emailKey: normaliseEmail(user.pendingEmail) })) return null;
  }
  const until = (now().getTime() + LIFETIME_MS[purpose]).toString(36);
  return `${config.baseUrl}${PATH[purpose]}/${tokenOf(config, purpose, user, until)}`;
}

/**
 * The link of an invitation: for an account that was made for someone else, until it has a password.
 * It sets the first one, as a reset does, but works for as long as people take to read such a mail.
 */
export async function invitationLink(config: Config, userId: string): Promise<string | null> {
  const user = await User.findById(userId, LINK_STATE).lean<LinkState>();
  if (!user || user.passwordHash !== null) return null;
  const until = (now().getTime() + INVITATION_LIFETIME_MS).toString(36);
  return `${config.baseUrl}${PATH.reset}/${tokenOf(config, 'reset', user, until)}`;
}

/** The account behind a link and what the link is for; null for one that is wrong, used or too old. */
export async function readLink(
  config: Config,
  token: string,
): Promise<{ purpose: LinkPurpose; user: LinkState } | null> {
  const [letter = '', userId = '', until = ''] = token.split('.');
  const purpose = (Object.keys(LETTER) as LinkPurpose[]).find((each) => LETTER[each] === letter);
  if (!purpose || !isValidObjectId(userId)) return null;
  if (!(Number.parseInt(until, 36) > now().getTime())) return null;
  const user = await User.findById(userId, LINK_STATE).lean<LinkState>();
  if (!user || !sameText(token, tokenOf(config, purpose, user, until))) return null;
  return { purpose, user };
}

/** A link under which the first administrator makes their account; null when the site has had one. */
export async function firstAdministratorLink(platform: { config: Config }): Promise<string | null> {
  const { config } = platform;
  if (await hasHadAdministrator()) return null;
  const until = (now().getTime() + WELCOME_LIFETIME_MS).toString(36);
  return `${config.baseUrl}/welcome/w.${until}.${sign(config, `w.${until}`)}`;
}

export async function isWelcomeLink(config: Config, token: string): Promise<boolean> {
  const [, until = ''] = token.split('.');
  if (!(Number.parseInt(until, 36) > now().getTime())) return false;
  return (
    sameText(token, `w.${until}.${sign(config, `w.${until}`)}`) && !(await hasHadAdministrator())
  );
}

const hasHadAdministrator = async (): Promise<boolean> =>
  (await FirstAdministrator.exists({})) !== null ||
  (await User.exists({ 'grants.role': 'administrator' })) !== null;
