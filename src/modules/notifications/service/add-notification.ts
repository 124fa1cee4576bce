import { inTransaction } from '../../../platform/db';
import { now } from '../../../shared/clock';
import { addUnread } from '../../accounts';
import { isListed } from '../kinds';
import { Notification } from '../model';
import type { Notice } from '../notice';

/** Puts a notice into its person's list, once, and counts it as unread in the same transaction. */
export async function addNotification({ kind, userId, key, values, href }: Notice): Promise<void> {
  if (!isListed(kind)) return;
  await inTransaction(async () => {
    const result = await Notification.updateOne(
      { userId, eventKey: key },
      { $setOnInsert: { kind, values, href, createdAt: now(), readAt: null } },
      { upsert: true },
    );
    if (result.upsertedCount > 0) await addUnread(userId, 1);
  });
}
