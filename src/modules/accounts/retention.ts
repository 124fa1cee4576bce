import { audit } from '../../platform/audit';
import { inTransaction } from '../../platform/db';
import type { RetentionRule } from '../../platform/retention';
import { User, type UserRow } from './model';
import { removeAccount } from './service/remove-account';
import { account } from './service/shared';

const AT_ONCE = 100;

/** Accounts that nobody has ever opened: the address was never confirmed, and no role waits for it. */
const neverOpened = (until: Date) => ({
  emailConfirmedAt: null,
  createdAt: { $lt: until },
  grants: { $size: 0 },
  $or: [{ awaitsConfirmation: true }, { passwordHash: null }],
});

/** One of them, unless its owner has come meanwhile. */
const forgetOne = (until: Date, _id: UserRow['_id']): Promise<boolean> =>
  inTransaction(async () => {
    const row = await User.findOne({ _id, ...neverOpened(until) }).lean<UserRow>();
    if (!row) return false;
    await removeAccount(row, 'remove');
    await audit({ action: 'accounts.expire', subject: account(_id.toHexString()) });
    return true;
  });

export const accountRetention: readonly RetentionRule[] = [
  {
    key: 'unconfirmed',
    days: 180,
    least: 30,
    most: 1_826,
    apply: async (until) => {
      let removed = 0;
      for (;;) {
        const rows = await User.find(neverOpened(until), { _id: 1 }).limit(AT_ONCE).lean();
        for (const { _id } of rows) if (await forgetOne(until, _id)) removed += 1;
        if (rows.length < AT_ONCE) return removed;
      }
    },
  },
];
