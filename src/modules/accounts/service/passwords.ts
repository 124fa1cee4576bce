import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { Gone, invalidField } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import {
  accountEmailConfirmed,
  accountPasswordChanged,
  accountPasswordResetRequested,
} from '../events';
import { ownerOf } from '../merged';
import { User } from '../model';
import { checkNewPassword, hashPassword, verifyPassword } from '../password';
import { endSessions } from './sessions';
import { account, accountForChange, hidingTime, newFactId } from './shared';

/** Has a reset link sent when the address has an account. Says nothing about whether it has. */
export async function requestPasswordReset(email: string): Promise<void> {
  await hidingTime(() =>
    inTransaction(async () => {
      const user = await ownerOf(email);
      if (!user) return;
      const userId = user._id.toHexString();
      await audit({ action: 'accounts.request-reset', subject: account(userId) });
      await publish(accountPasswordResetRequested, { userId, factId: newFactId() });
    }),
  );
}

/**
 * Sets a new password by a reset link and ends every session. Who opens the link owns the mailbox,
 * so the address is confirmed with it.
 * @param before the hash that the link was made for: of two uses at once one counts
 * @throws Invalid on `password`, Gone `link-used`
 */
export async function resetPassword(input: {
  userId: string;
  before: string | null;
  password: string;
}): Promise<void> {
  const { userId } = input;
  const owner = await accountForChange(userId);
  checkNewPassword(input.password, owner);
  const passwordHash = await hashPassword(input.password);
  await inTransaction(async () => {
    const result = await User.updateOne(
      { _id: userId, passwordHash: input.before },
      { $set: { passwordHash } },
    );
    if (result.modifiedCount === 0) throw new Gone('link-used', 'accounts.link.used');
    const confirmed = await User.updateOne(
      { _id: userId, emailConfirmedAt: null },
      { $set: { emailConfirmedAt: now(), awaitsConfirmation: false } },
    );
    await endSessions(userId);
    await audit({ action: 'accounts.reset-password', subject: account(userId), userId });
    if (confirmed.modifiedCount > 0) await publish(accountEmailConfirmed, { userId });
    await publish(accountPasswordChanged, { userId, factId: newFactId() });
  });
}

/**
 * Changes the password of someone who is signed in and ends their other sessions.
 * @throws Invalid on `currentPassword` or `newPassword`
 */
export async function changePassword(input: {
  userId: string;
  currentPassword: string;
  newPassword: string;
  sessionId: string;
}): Promise<void> {
  const { userId } = input;
  const user = await accountForChange(userId);
  await checkPassword(user.passwordHash, input.currentPassword);
  checkNewPassword(input.newPassword, user, 'newPassword');
  const passwordHash = await hashPassword(input.newPassword);
  await inTransaction(async () => {
    await User.updateOne({ _id: userId }, { $set: { passwordHash } });
    await endSessions(userId, { except: input.sessionId });
    await audit({ action: 'accounts.change-password', subject: account(userId) });
    await publish(accountPasswordChanged, { userId, factId: newFactId() });
  });
}

/** @throws Invalid on `currentPassword` */
export async function checkPassword(passwordHash: string | null, password: string): Promise<void> {
  if (!(await verifyPassword(passwordHash, password))) {
    throw invalidField('currentPassword', 'accounts.password.wrong');
  }
}
