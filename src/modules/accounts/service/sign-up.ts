import { audit } from '../../../platform/audit';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import type { Preferences } from '../../../platform/http';
import { publish } from '../../../platform/outbox';
import { accountConfirmationRequested, accountRegistered, accountSignUpRepeated } from '../events';
import { ownerOf } from '../merged';
import { User } from '../model';
import { checkNewPassword, hashPassword } from '../password';
import { insertAccount } from './create-account';
import { account, hidingTime, newFactId } from './shared';

/**
 * Makes an account that waits for its address to be confirmed. Where the address has an account
 * already, its owner gets a mail and nothing else changes; the caller cannot tell the two apart.
 * @throws Invalid on `password`
 */
export async function signUp(input: {
  name: string;
  email: string;
  password: string;
  preferences: Preferences;
}): Promise<void> {
  checkNewPassword(input.password, input);
  await hidingTime(async () => {
    const passwordHash = await hashPassword(input.password);
    const makeOrTell = () =>
      inTransaction(async () => {
        if (await tellOwner(input.email)) return;
        const { userId } = await insertAccount({
          ...input,
          passwordHash,
          language: input.preferences.language,
          confirmed: false,
          awaitsConfirmation: true,
        });
        await publish(accountRegistered, { userId });
      });
    try {
      await makeOrTell();
    } catch (error) {
      // Two at once: for the later one the account is there now.
      if (!isDuplicateKey(error)) throw error;
      await makeOrTell();
    }
  });
}

/** Sends the confirming link again when an account waits for it. Says nothing about whether one does. */
export async function sendConfirmationAgain(email: string): Promise<void> {
  await hidingTime(() =>
    inTransaction(async () => {
      await tellOwner(email);
    }),
  );
}

/** Has the owner of an account told that it exists. @returns false when there is none. */
async function tellOwner(email: string): Promise<boolean> {
  const user = await ownerOf(email);
  if (!user) return false;
  const userId = user._id.toHexString();
  await audit({ action: 'accounts.sign-up-again', subject: account(userId) });
  await publish(user.awaitsConfirmation ? accountConfirmationRequested : accountSignUpRepeated, {
    userId,
    factId: newFactId(),
  });
  return true;
}

/** Sends the confirming link to someone who is signed in with an address that is not confirmed. */
export async function requestConfirmation(userId: string): Promise<void> {
  await inTransaction(async () => {
    const unconfirmed = await User.exists({ _id: userId, emailConfirmedAt: null });
    if (!unconfirmed) return;
    await audit({ action: 'accounts.request-confirmation', subject: account(userId) });
    await publish(accountConfirmationRequested, { userId, factId: newFactId() });
  });
}
