import { eraseAuditParts, sealAudit } from '../../../platform/audit';
import { withLease } from '../../../platform/db';
import type { CertificateNames } from '../../../platform/personal';
import { forgetLeaver, mergesInto } from '../../accounts';
import { leaseOf } from './join-accounts';
import type { PersonalRoom } from './own-data';

/**
 * Takes someone whose account was deleted out of everything: first out of the details of the audit
 * log, then room by room; with them the accounts that were joined with theirs. Each step may run
 * again.
 */
export const forgetAccount = (
  rooms: readonly PersonalRoom[],
  secret: string,
  { userId, certificateNames }: { userId: string; certificateNames: CertificateNames },
): Promise<void> =>
  withLease(leaseOf(userId), async () => {
    const joined = await mergesInto(userId);
    // Only what is sealed can be taken out.
    await sealAudit(secret);
    for (const id of [userId, ...joined.map(({ from }) => from)]) {
      await forgetOne(rooms, id, certificateNames);
    }
    await forgetLeaver(userId);
  });

async function forgetOne(
  rooms: readonly PersonalRoom[],
  userId: string,
  certificateNames: CertificateNames,
): Promise<void> {
  const subject = { kind: 'account', id: userId };
  const why = { reason: 'account-deleted', subject };
  const about = { 'subject.kind': subject.kind, 'subject.id': userId };
  await eraseAuditParts(
    { ...about, action: { $nin: ['accounts.delete', 'audit.erase'] } },
    'detail',
    why,
  );
  // From where others changed the account stays; a stranger who made it is the person.
  await eraseAuditParts({ ...about, userId: null }, 'origin', why);
  await eraseAuditParts({ userId, byUserId: null }, 'origin', why);
  for (const { personal } of rooms) await personal.forget(userId, { certificateNames });
}
