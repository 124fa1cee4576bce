import { inTransaction } from '../../../platform/db';
import { now } from '../../../shared/clock';
import { addUnreadToMany } from '../../accounts';
import { isListed } from '../kinds';
import { Notification } from '../model';
import type { Notice } from '../notice';

/** Puts notices into their people's lists, each once, and counts them as unread in the same transaction. */
export async function addNotifications(notices: readonly Notice[]): Promise<void> {
  const writes = notices.flatMap(({ kind, userId, key, values, href }) =>
    isListed(kind)
      ? {
          updateOne: {
            filter: { userId, eventKey: key },
            update: { $setOnInsert: { kind, values, href, createdAt: now(), readAt: null } },
            upsert: true,
          },
        }
      : [],
  );
  if (writes.length === 0) return;
  await inTransaction(async () => {
    const { upsertedIds } = await Notification.bulkWrite(writes);
    const unread = new Map<string, number>();
    for (const place of Object.keys(upsertedIds)) {
      const userId = writes[Number(place)]?.updateOne.filter.userId ?? '';
      unread.set(userId, (unread.get(userId) ?? 0) + 1);
    }
    await addUnreadToMany(unread);
  });
}
