import { TreeGuard } from '../model';

/**
 * In the transaction of a change of the tree's shape: of two at once one is done again, on the tree
 * that the other has left. Without it, A could go under B while B goes under A.
 */
export async function holdTree(): Promise<void> {
  await TreeGuard.updateOne({ _id: 'tree' }, { $inc: { changes: 1 } }, { upsert: true });
}
