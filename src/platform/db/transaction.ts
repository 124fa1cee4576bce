import { AsyncLocalStorage } from 'node:async_hooks';
import mongoose, { type mongo } from 'mongoose';

const active = new AsyncLocalStorage<mongo.ClientSession>();

/**
 * Runs `work` in one database transaction; a transaction that is already open is joined. All model
 * calls inside take part by themselves. `work` may be run again after a conflict: database reads
 * and writes only, one after the other; no mail, no enqueue, no Promise.all.
 */
export async function inTransaction<T>(work: () => Promise<T>): Promise<T> {
  if (active.getStore()) return work();
  let result: { value: T } | undefined;
  await mongoose.connection.transaction((session) =>
    active.run(session, async () => {
      result = { value: await work() };
    }),
  );
  if (!result) throw new Error('The transaction ended without running its work');
  return result.value;
}

const outside = AsyncLocalStorage.snapshot();

/** Runs `work` beside the transaction at hand: what it writes is there at once, and stays. */
export const outOfTransaction = <T>(work: () => Promise<T>): Promise<T> => outside(work);

/** True inside `inTransaction`. */
export const isInTransaction = (): boolean => active.getStore() !== undefined;

/** True for a write that met a unique index: someone else was first. */
export const isDuplicateKey = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 11000;

/**
 * Reads one document as it is stored, past mongoose: for what every request reads, at half the cost.
 * Nothing is cast and no default is filled in; ids must be ObjectIds where they are stored as such.
 * Takes part in an open transaction.
 */
export async function readOne<T>(
  model: { readonly collection: Pick<mongoose.Collection, 'findOne'> },
  filter: mongo.Filter<mongo.BSON.Document>,
  projection?: Readonly<Record<string, 1>>,
): Promise<T | null> {
  const session = active.getStore();
  const found = await model.collection.findOne(filter, {
    ...(projection && { projection }),
    ...(session && { session }),
  });
  return found as T | null;
}
