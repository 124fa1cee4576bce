import { audit } from '../../../platform/audit';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import type { Preferences } from '../../../platform/http';
import type { Language } from '../../../platform/i18n';
import { now } from '../../../shared/clock';
import { normaliseEmail, tidy } from '../../../shared/text';
import { releaseAddress } from '../merged';
import { User } from '../model';
import { hashPassword } from '../password';
import { searchKeysOf } from '../search';
import { account, emailTaken } from './shared';

export interface NewAccount {
  name: string;
  email: string;
  /** In plain text; its rules are the caller's to check. */
  password?: string;
  /** An argon2id hash made before, instead of `password`. */
  passwordHash?: string;
  language: Language;
  /** True when it is known that the address belongs to the person. */
  confirmed: boolean;
  createdAt?: Date;
}

/**
 * Makes an account on someone's behalf; publishes nothing, so that no mail goes out. Without a
 * password its owner comes in by a reset link.
 * @throws Conflict `email-taken`
 */
export async function createAccount(input: NewAccount): Promise<{ userId: string }> {
  const passwordHash =
    input.passwordHash ??
    (input.password === undefined ? null : await hashPassword(input.password));
  try {
    return await inTransaction(() => insertAccount({ ...input, passwordHash }));
  } catch (error) {
    throw isDuplicateKey(error) ? emailTaken() : error;
  }
}

/** Writes the account and its audit row, in the transaction of the caller. */
export async function insertAccount(input: {
  name: string;
  email: string;
  passwordHash: string | null;
  language: Language;
  preferences?: Preferences;
  confirmed: boolean;
  awaitsConfirmation?: boolean;
  createdAt?: Date;
}): Promise<{ userId: string }> {
  await releaseAddress(input.email, null);
  const time = input.createdAt ?? now();
  const user = new User({
    name: tidy(input.name),
    email: input.email.trim(),
    emailKey: normaliseEmail(input.email),
    emailConfirmedAt: input.confirmed ? time : null,
    awaitsConfirmation: input.awaitsConfirmation ?? false,
    passwordHash: input.passwordHash,
    preferences: input.preferences ?? { language: input.language },
    searchKeys: searchKeysOf(input),
    createdAt: time,
  });
  await user.save();
  const userId = user._id.toHexString();
  await audit({
    action: 'accounts.create',
    subject: account(userId),
    after: { name: user.name, email: user.email, confirmed: input.confirmed },
  });
  return { userId };
}
