import { User } from '../model';

/** Counts notifications that came (or were read, negative), in the transaction that wrote them. */
export async function addUnread(userId: string, delta: number): Promise<void> {
  await User.updateOne({ _id: userId }, { $inc: { unread: delta } });
}

/** Sets the number of unread notifications, counted anew. */
export async function setUnread(userId: string, count: number): Promise<void> {
  await User.updateOne({ _id: userId }, { $set: { unread: count } });
}
