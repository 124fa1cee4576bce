import type { mongo } from 'mongoose';
import { type Doc, decode } from './bson/codec';
import { Catalog, type Collection } from './catalog';
import { lockFolder } from './lock';
import { type Snapshot, Store } from './store';

export interface CopyReport {
  collections: number;
  documents: number;
}

const BATCH = 1000;
const BATCH_BYTES = 8_000_000;

/**
 * Copies a data folder that no engine works on into a MongoDB: documents, then indexes. Collections
 * that are not empty there are left alone, and refused before anything is written.
 */
export async function copyFolder(dir: string, uri: string): Promise<CopyReport> {
  const unlock = lockFolder(dir);
  const store = new Store(dir, true);
  // Not at the top: an engine that only serves starts without it.
  const driver = (await import('mongoose')).mongo;
  const client = new driver.MongoClient(uri);
  const snapshot = store.snapshot();
  const report: CopyReport = { collections: 0, documents: 0 };
  try {
    const list = [...new Catalog(store).all()];
    for (const { db, name, namespace } of list)
      if ((await client.db(db).collection(name).findOne({})) !== null)
        throw new Error(`${namespace} is not empty there: nothing was copied`);
    for (const collection of list) {
      report.collections++;
      report.documents += await copyCollection(client, snapshot, collection);
    }
  } finally {
    snapshot.done();
    await client.close();
    await store.close();
    unlock();
  }
  return report;
}

async function copyCollection(
  client: mongo.MongoClient,
  snapshot: Snapshot,
  collection: Collection,
): Promise<number> {
  const db = client.db(collection.db);
  await db.createCollection(collection.name, collection.options);
  const target = db.collection(collection.name);
  let copied = 0;
  let batch: Doc[] = [];
  let bytes = 0;
  const flush = async () => {
    if (batch.length > 0) await target.insertMany(batch);
    copied += batch.length;
    batch = [];
    bytes = 0;
  };
  const entries = snapshot.entries(collection.prefix, collection.end, false);
  for (let step = entries.next(); !step.done; step = entries.next()) {
    batch.push(decode(step.value.value));
    bytes += step.value.value.length;
    if (batch.length >= BATCH || bytes > BATCH_BYTES) await flush();
  }
  await flush();
  const specs = collection.indexes.slice(1).map(({ spec }) => spec);
  if (specs.length > 0) await db.command({ createIndexes: collection.name, indexes: specs });
  return copied;
}
