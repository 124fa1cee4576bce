import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { publish } from '../../../platform/outbox';
import type { CertificateNames } from '../../../platform/personal';
import { accountDeleted } from '../events';
import { User } from '../model';
import { checkPassword } from './passwords';
import { isSiteAdministrator, keepAnAdministrator } from './roles';
import { endSessions } from './sessions';
import { account, accountForChange } from './shared';

/**
 * Deletes one's own account: its sessions end, its address is free again, and the rooms take the
 * person out of what they keep (`account.deleted`).
 * @throws Invalid on `currentPassword`; Conflict `last-administrator`
 */
export async function deleteAccount(input: {
  userId: string;
  currentPassword: string;
  certificateNames: CertificateNames;
}): Promise<void> {
  const { userId, certificateNames } = input;
  const { passwordHash } = await accountForChange(userId);
  await checkPassword(passwordHash, input.currentPassword);
  await inTransaction(async () => {
    const { grants } = await accountForChange(userId);
    if (isSiteAdministrator(grants)) await keepAnAdministrator(userId);
    await User.deleteOne({ _id: userId });
    await endSessions(userId);
    await audit({
      action: 'accounts.delete',
      subject: account(userId),
      after: { certificateNames },
    });
    await publish(accountDeleted, { userId, certificateNames });
  });
}
