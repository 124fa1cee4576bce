import { isValidObjectId } from 'mongoose';
import { inTransaction } from '../../../platform/db';
import { NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { addUnread, setUnread } from '../../accounts';
import { Notification } from '../model';

/** Marks one's notification as read; doing it twice changes nothing. @throws NotFound */
export async function markRead(userId: string, id: string): Promise<{ href: string }> {
  if (!isValidObjectId(id)) throw new NotFound();
  return inTransaction(async () => {
    const found = await Notification.findOne({ _id: id, userId }, { href: 1 }).lean();
    if (!found) throw new NotFound();
    const result = await Notification.updateOne(
      { _id: id, userId, readAt: null },
      { $set: { readAt: now() } },
    );
    if (result.modifiedCount > 0) await addUnread(userId, -1);
    return { href: found.href };
  });
}

export async function markAllRead(userId: string): Promise<void> {
  await inTransaction(async () => {
    await Notification.updateMany({ userId, readAt: null }, { $set: { readAt: now() } });
    await setUnread(userId, 0);
  });
}
