import { publish } from '../../../platform/outbox';
import type { CertificateNames } from '../../../platform/personal';
import { normaliseEmail } from '../../../shared/text';
import { accountDeleted } from '../events';
import { LeavingAccount, User, type UserRow } from '../model';
import { endSessions } from './sessions';

type Leaver = Pick<UserRow, '_id' | 'email' | 'previousEmail'>;

/**
 * Takes the account itself away, in the transaction of the caller; its addresses are kept until every
 * room has forgotten the person, because some know them by nothing else.
 */
export async function removeAccount(
  { _id, email, previousEmail }: Leaver,
  certificateNames: CertificateNames,
): Promise<void> {
  const userId = _id.toHexString();
  const emailKeys = [email, previousEmail].flatMap((each) =>
    each === null ? [] : [normaliseEmail(each)],
  );
  await User.deleteOne({ _id });
  await endSessions(userId);
  await LeavingAccount.create([{ _id, emailKeys }]);
  await publish(accountDeleted, { userId, certificateNames });
}
