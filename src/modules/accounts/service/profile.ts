import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { invalidField } from '../../../platform/errors';
import type { Preferences } from '../../../platform/http';
import { publish } from '../../../platform/outbox';
import { normaliseEmail, tidy } from '../../../shared/text';
import { accountEmailChangeRequested, accountRenamed, accountSignUpRepeated } from '../events';
import { ownerOf } from '../merged';
import { User } from '../model';
import { searchKeysOf } from '../search';
import { checkPassword } from './passwords';
import { account, accountForChange, hidingTime, newFactId } from './shared';

export async function changeName(userId: string, name: string): Promise<void> {
  await inTransaction(async () => {
    const user = await accountForChange(userId);
    const before = user.name;
    const after = tidy(name);
    if (before === after) return;
    user.name = after;
    user.searchKeys = searchKeysOf(user);
    await user.save();
    await audit({
      action: 'accounts.change-name',
      subject: account(userId),
      before: { name: before },
      after: { name: after },
    });
    await publish(accountRenamed, { userId });
  });
}

/**
 * Asks for another address: a link goes there, and counts once it is opened. Where the new address
 * has an account, its owner is told instead; the page cannot tell.
 * @throws Invalid on `email` or `currentPassword`
 */
export async function requestEmailChange(input: {
  userId: string;
  email: string;
  currentPassword: string;
}): Promise<void> {
  const { userId } = input;
  const email = input.email.trim();
  const user = await accountForChange(userId);
  await checkPassword(user.passwordHash, input.currentPassword);
  if (normaliseEmail(email) === user.emailKey) {
    throw invalidField('email', 'accounts.email.same');
  }
  await hidingTime(() =>
    inTransaction(async () => {
      await User.updateOne({ _id: userId }, { $set: { pendingEmail: email } });
      await audit({
        action: 'accounts.request-email-change',
        subject: account(userId),
        before: { email: user.email },
        after: { email },
      });
      const factId = newFactId();
      await publish(accountEmailChangeRequested, { userId, factId });
      const other = await ownerOf(email);
      if (other && !other._id.equals(userId)) {
        await publish(accountSignUpRepeated, { userId: other._id.toHexString(), factId });
      }
    }),
  );
}

export async function cancelEmailChange(userId: string): Promise<void> {
  await inTransaction(async () => {
    const result = await User.updateOne(
      { _id: userId, pendingEmail: { $type: 'string' } },
      { $set: { pendingEmail: null } },
    );
    if (result.modifiedCount === 0) return;
    await audit({ action: 'accounts.cancel-email-change', subject: account(userId) });
  });
}

export async function changePreferences(
  userId: string,
  before: Preferences,
  after: Preferences,
): Promise<void> {
  await inTransaction(async () => {
    await User.updateOne({ _id: userId }, { $set: { preferences: after } });
    await audit({ action: 'accounts.change-preferences', subject: account(userId), before, after });
  });
}
