import mongoose from 'mongoose';
import { mendDriver } from './driver';

mendDriver();
mongoose.set('transactionAsyncLocalStorage', true);
mongoose.set('strictQuery', 'throw');
// Indexes are made by ensureIndexes() at a known moment, not by whichever model is touched first.
mongoose.set('autoIndex', false);
mongoose.set('autoCreate', false);

const optionsFor = (uri: string): mongoose.mongo.MongoClientOptions => ({
  serverSelectionTimeoutMS: 10_000,
  // The embedded engine reports itself as a replica set of one on a local socket.
  ...(isEmbedded(uri) ? { directConnection: true } : {}),
  writeConcern: { w: 'majority', journal: true },
  retryWrites: true,
});

/** Connects the process to its database. @throws when nothing answers within 10 s. */
export async function connectDb(uri: string, options: { poolSize?: number } = {}): Promise<void> {
  await mongoose.connect(uri, { ...optionsFor(uri), maxPoolSize: options.poolSize ?? 20 });
}

/** A second database beside that of the process, for as long as `work` takes. */
export async function withOtherDb<T>(
  uri: string,
  work: (db: mongoose.mongo.Db) => Promise<T>,
): Promise<T> {
  const client = new mongoose.mongo.MongoClient(uri, optionsFor(uri));
  try {
    await client.connect();
    return await work(client.db());
  } finally {
    await client.close();
  }
}

const isEmbedded = (uri: string): boolean =>
  uri.includes('.sock') || uri.includes('directConnection');

export const disconnectDb = (): Promise<void> => mongoose.disconnect();

/** True when the database answers now: within 2 s. */
export async function pingDb(): Promise<boolean> {
  try {
    // Of the driver's own limits, `timeoutMS` is without effect here.
    await mongoose.connection.db?.command({ ping: 1 }, { signal: AbortSignal.timeout(2_000) });
    return mongoose.connection.readyState === 1;
  } catch {
    return false;
  }
}

/** Indexes of models that the database does not have: `collection: fields`. */
export async function missingIndexes(): Promise<string[]> {
  const missing: string[] = [];
  for (const model of Object.values(mongoose.models)) {
    const { toCreate } = await model.diffIndexes();
    for (const fields of toCreate)
      missing.push(`${model.collection.name}: ${Object.keys(fields).join(', ')}`);
  }
  return missing;
}

/** How far the clock of the database is ahead of ours, in milliseconds. */
export async function databaseClockMs(): Promise<number> {
  const sent = Date.now();
  const { localTime } = await mongoose.connection.getClient().db().command({ hello: 1 });
  const between = (sent + Date.now()) / 2;
  return (localTime as Date).getTime() - between;
}

/** Creates every collection and index of every model that has been loaded. Safe to repeat. */
export async function ensureIndexes(): Promise<void> {
  for (const model of Object.values(mongoose.models)) {
    await model.createCollection();
    await model.createIndexes();
  }
}
