import { inTransaction, isDuplicateKey } from '../../../platform/db';
import { Gone } from '../../../platform/errors';
import type { Preferences } from '../../../platform/http';
import { publish } from '../../../platform/outbox';
import { accountConfirmationRequested } from '../events';
import { checkNewPassword, hashPassword } from '../password';
import { findUserIdByEmail } from '../queries';
import { insertAccount } from './create-account';
import { becomeFirstAdministrator } from './roles';
import { emailTaken, newFactId } from './shared';

/**
 * Makes the account of the site's first administrator, once.
 * @throws Invalid on `password`, Conflict `email-taken`, Gone `link-used` when there is one already
 */
export async function welcomeAdministrator(input: {
  name: string;
  email: string;
  password: string;
  preferences: Preferences;
}): Promise<{ userId: string }> {
  checkNewPassword(input.password, input);
  if (await findUserIdByEmail(input.email)) throw emailTaken();
  const passwordHash = await hashPassword(input.password);
  try {
    return await inTransaction(async () => {
      const { userId } = await insertAccount({
        ...input,
        passwordHash,
        language: input.preferences.language,
        confirmed: false,
      });
      await becomeFirstAdministrator(userId);
      await publish(accountConfirmationRequested, { userId, factId: newFactId() });
      return { userId };
    });
  } catch (error) {
    throw isDuplicateKey(error) ? new Gone('link-used', 'accounts.link.used') : error;
  }
}
