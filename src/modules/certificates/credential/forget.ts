import type { Types } from 'mongoose';
import { Credential } from './model';

/**
 * Takes the signed forms away: a name stands in them. The places in the status lists stay taken, so
 * that a copy that somebody has never gets the state of another credential.
 */
export async function forgetCredentials(ids: readonly Types.ObjectId[]): Promise<void> {
  // Past mongoose, for which a credential never changes.
  await Credential.collection.updateMany(
    { _id: { $in: [...ids] } },
    { $set: { json: '', jwt: '' } },
  );
}
