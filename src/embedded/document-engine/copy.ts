import type { mongo } from 'mongoose';
import { type Doc, decode, nameOf } from './bson/codec';
import { isObject } from './bson/types';
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

/** A map keeps the order of fields whatever their names are, and is never taken for another type. */
function forDriver(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(forDriver);
  return isObject(v) ? new Map(Object.keys(v).map((key) => [nameOf(key), forDriver(v[key])])) : v;
}

async function copyCollection(
  client: mongo.MongoClient,
  snapshot: Snapshot,
  collection: Collection,
): Promise<number> {
  const db = client.db(collection.db);
  const options = Object.entries(collection.options).map(([k, v]) => [k, forDriver(v)]);
  await db.createCollection(collection.name, Object.fromEntries(options));
  const target = db.collection(collection.name);
  let copied = 0;
  let batch: Doc[] = [];
  let bytes = 0;
  const flush = async () => {
    if (batch.length > 0) await target.insertMany(batch, { forceServerObjectId: true });
    copied += batch.length;
    batch = [];
    bytes = 0;
  };
  const entries = snapshot.entries(collection.prefix, collection.end, false);
  for (let step = entries.next(); !step.done; step = entries.next()) {
    batch.push(forDriver(decode(step.value.value)) as Doc);
    bytes += step.value.value.length;
    if (batch.length >= BATCH || bytes > BATCH_BYTES) await flush();
  }
  await flush();
  const specs = collection.indexes.slice(1).map(({ spec }) => forDriver(spec));
  if (specs.length > 0) await db.command({ createIndexes: collection.name, indexes: specs });
  return copied;
}
