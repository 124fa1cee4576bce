import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import type { CertificateNames } from '../../../platform/personal';
import { checkPassword } from './passwords';
import { removeAccount } from './remove-account';
import { isSiteAdministrator, keepAnAdministrator } from './roles';
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
    const user = await accountForChange(userId);
    if (isSiteAdministrator(user.grants)) await keepAnAdministrator(userId);
    await removeAccount(user, certificateNames);
    await audit({
      action: 'accounts.delete',
      subject: account(userId),
      after: { certificateNames },
    });
  });
}
