import { createHash } from 'node:crypto';
import type { RateLimitRule, RateLimits } from '../../platform/rate-limit';
import { normaliseEmail } from '../../shared/text';

const QUARTER = 15 * 60;
const HOUR = 60 * 60;

/**
 * A whole class or factory can sit behind one address, so that limits by address are wide; those
 * by account and address are narrow.
 */
export const LIMITS = {
  signInAccount: { name: 'sign-in-account', tries: 10, seconds: QUARTER },
  /** Wherever from: NIST SP 800-63B, 5.2.2 allows no more than 100 failed tries in a row. */
  signInAnywhere: { name: 'sign-in-anywhere', tries: 100, seconds: HOUR },
  signInAddress: { name: 'sign-in-address', tries: 200, seconds: QUARTER },
  signUpAddress: { name: 'sign-up-address', tries: 60, seconds: HOUR },
  /** Mails that a stranger can cause to one mailbox: signing up, sending again, forgotten password. */
  mailTo: { name: 'account-mail', tries: 6, seconds: HOUR },
  forgotAddress: { name: 'forgot-address', tries: 60, seconds: HOUR },
  /** Tries of the present password by someone who is signed in. */
  password: { name: 'password', tries: 10, seconds: QUARTER },
  linkAddress: { name: 'account-link', tries: 100, seconds: QUARTER },
} as const satisfies Record<string, RateLimitRule>;

/** Key for an e-mail address in redis, where the address itself has no business. */
export const emailKeyOf = (email: string): string =>
  createHash('sha256').update(normaliseEmail(email)).digest('base64url').slice(0, 22);

/** Counts one try to sign in. @throws TooManyRequests */
export async function countSignIn(limits: RateLimits, ip: string, email: string): Promise<void> {
  await limits.count(LIMITS.signInAddress, ip);
  await limits.count(LIMITS.signInAccount, `${ip} ${emailKeyOf(email)}`);
  await limits.count(LIMITS.signInAnywhere, emailKeyOf(email));
}

/** A right password: the tries before it count no more. */
export async function forgiveSignIn(limits: RateLimits, ip: string, email: string): Promise<void> {
  await limits.reset(LIMITS.signInAccount, `${ip} ${emailKeyOf(email)}`);
  await limits.reset(LIMITS.signInAnywhere, emailKeyOf(email));
}
