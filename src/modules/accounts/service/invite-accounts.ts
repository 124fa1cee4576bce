import { Types } from 'mongoose';
import { auditAll } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import type { Language } from '../../../platform/i18n';
import { now } from '../../../shared/clock';
import { normaliseEmail, tidy } from '../../../shared/text';
import { User, type UserRow } from '../model';
import { searchKeysOf } from '../search';
import { account } from './shared';

/**
 * Makes accounts for people who have none yet: without a password, until they open the link of
 * their invitation (`invitationLink`). Publishes nothing: the caller tells them why.
 * @returns their ids, in the order of the entries
 * @throws a duplicate key when an address has an account meanwhile
 */
export const inviteAccounts = (
  entries: readonly { name: string; email: string; language: Language }[],
): Promise<string[]> =>
  inTransaction(async () => {
    const time = now();
    const rows = entries.map(({ name, email, language }): UserRow => {
      const who = { name: tidy(name), email: email.trim() };
      return {
        _id: new Types.ObjectId(),
        ...who,
        emailKey: normaliseEmail(email),
        emailConfirmedAt: null,
        awaitsConfirmation: false,
        pendingEmail: null,
        previousEmail: null,
        passwordHash: null,
        preferences: { language, theme: 'system', textSize: 'normal' },
        grants: [],
        unread: 0,
        knownDevices: [],
        searchKeys: searchKeysOf(who),
        createdAt: time,
      };
    });
    // Whole rows, so that mongoose need not make a document of each.
    await User.insertMany(rows, { lean: true });
    await auditAll(
      'accounts.invite',
      rows.map(({ _id, name, email }) => ({
        subject: account(_id.toHexString()),
        after: { name, email },
      })),
    );
    return rows.map(({ _id }) => _id.toHexString());
  });
