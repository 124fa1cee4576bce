import { audit } from '../../../platform/audit';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { normaliseEmail } from '../../../shared/text';
import { accountEmailChanged, accountEmailConfirmed } from '../events';
import { releaseAddress } from '../merged';
import { User } from '../model';
import { searchKeysOf } from '../search';
import { account, accountForChange, emailTaken, newFactId } from './shared';

/** Marks the account's address as confirmed; nothing happens when it is already. */
export async function confirmEmail(userId: string): Promise<void> {
  await inTransaction(async () => {
    const result = await User.updateOne(
      { _id: userId, emailConfirmedAt: null },
      { $set: { emailConfirmedAt: now(), awaitsConfirmation: false } },
    );
    if (result.modifiedCount === 0) return;
    await audit({ action: 'accounts.confirm-email', subject: account(userId), userId });
    await publish(accountEmailConfirmed, { userId });
  });
}

/**
 * Makes the address that was asked for, and whose link was opened, the account's own.
 * @throws Conflict `email-taken` when it has been taken meanwhile
 */
export async function confirmEmailChange(userId: string, pendingEmail: string): Promise<void> {
  try {
    await inTransaction(async () => {
      const user = await accountForChange(userId);
      if (user.pendingEmail !== pendingEmail) return;
      const before = user.email;
      await releaseAddress(pendingEmail, userId);
      user.set({
        email: pendingEmail,
        emailKey: normaliseEmail(pendingEmail),
        searchKeys: searchKeysOf({ name: user.name, email: pendingEmail }),
        emailConfirmedAt: now(),
        awaitsConfirmation: false,
        previousEmail: before,
        pendingEmail: null,
      });
      await user.save();
      await audit({
        action: 'accounts.change-email',
        subject: account(userId),
        userId,
        before: { email: before },
        after: { email: pendingEmail },
      });
      await publish(accountEmailChanged, { userId, factId: newFactId() });
    });
  } catch (error) {
    throw isDuplicateKey(error) ? emailTaken() : error;
  }
}
