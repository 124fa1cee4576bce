import { Organisation, TreeGuard } from '../model';

/**
 * In the transaction of a change of the tree's shape: of two at once one is done again, on the tree
 * that the other has left. Without it, A could go under B while B goes under A.
 */
export async function holdTree(): Promise<void> {
  await TreeGuard.updateOne({ _id: 'tree' }, { $inc: { changes: 1 } }, { upsert: true });
}

/**
 * In the transaction of something that is written down with the path of an organisation: when that
 * moves or closes at the same moment, one of the two is done again and sees the other.
 */
export async function holdPlace(organisationId: string): Promise<void> {
  await Organisation.updateOne({ _id: organisationId }, { $inc: { held: 1 } });
}
