import { User } from '../model';

/** Counts notifications that came (or were read, negative), in the transaction that wrote them. */
export async function addUnread(userId: string, delta: number): Promise<void> {
  await User.updateOne({ _id: userId }, { $inc: { unread: delta } });
}

/** The same for many people. @param deltas by the id of the account */
export async function addUnreadToMany(deltas: ReadonlyMap<string, number>): Promise<void> {
  if (deltas.size === 0) return;
  await User.bulkWrite(
    [...deltas].map(([_id, unread]) => ({
      updateOne: { filter: { _id }, update: { $inc: { unread } } },
    })),
    { ordered: false },
  );
}

/** Sets the number of unread notifications, counted anew. */
export async function setUnread(userId: string, count: number): Promise<void> {
  await User.updateOne({ _id: userId }, { $set: { unread: count } });
}
