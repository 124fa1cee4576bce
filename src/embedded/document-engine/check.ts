import { decode } from './bson/codec';
import { after, type Key, keyFromBytes } from './bson/keystring';
import { Catalog, type Collection, RECORD_BYTES } from './catalog';
import { lockFolder } from './lock';
import { type Snapshot, Store } from './store';

export interface CheckReport {
  collections: number;
  documents: number;
  indexEntries: number;
  /** What is wrong, one sentence each; empty where all is well. */
  faults: string[];
}

const MOST_FAULTS = 100;

/**
 * Verifies a data folder that no engine is working on: every document can be read, every index holds
 * exactly the entries that the documents call for, and nothing is left of what was dropped.
 */
export async function checkFolder(dir: string): Promise<CheckReport> {
  const unlock = lockFolder(dir);
  const store = new Store(dir, true);
  const report: CheckReport = { collections: 0, documents: 0, indexEntries: 0, faults: [] };
  try {
    const catalog = new Catalog(store);
    const snapshot = store.snapshot();
    for (const collection of catalog.all()) {
      report.collections++;
      checkCollection(snapshot, collection, report);
    }
    snapshot.done();
  } finally {
    await store.close();
    unlock();
  }
  return report;
}

function fault(report: CheckReport, text: string): void {
  if (report.faults.length < MOST_FAULTS) report.faults.push(text);
}

function checkCollection(snapshot: Snapshot, collection: Collection, report: CheckReport): void {
  const wanted = collection.indexes.map(() => 0);
  const entries = snapshot.entries(collection.prefix, collection.end, false);
  for (let step = entries.next(); !step.done; step = entries.next()) {
    report.documents++;
    const record = step.value.key.slice(collection.prefix.length);
    try {
      checkDocument(snapshot, collection, record, step.value.value, wanted, report);
    } catch (error) {
      fault(report, `${collection.namespace}: a document cannot be read: ${String(error)}`);
    }
  }
  for (const [i, index] of collection.indexes.entries()) {
    let found = 0;
    const keys = snapshot.keys(index.prefix, after(index.prefix), false);
    for (let step = keys.next(); !step.done; step = keys.next()) found++;
    report.indexEntries += found;
    if (found !== wanted[i])
      fault(
        report,
        `${collection.namespace}: the index ${index.spec.name} has ${found} entries, its documents call for ${wanted[i]}`,
      );
  }
}

function checkDocument(
  snapshot: Snapshot,
  collection: Collection,
  record: Key,
  bytes: Uint8Array,
  wanted: number[],
  report: CheckReport,
): void {
  const doc = decode(bytes);
  for (const [i, index] of collection.indexes.entries()) {
    const keys = index.keysOf(doc, (_, what) =>
      fault(report, `${collection.namespace}: ${index.spec.name} has no mark for ${what}`),
    );
    for (const key of keys.keys()) {
      wanted[i] = (wanted[i] ?? 0) + 1;
      const entry = snapshot.get(index.entryKey(key, record));
      const owner = entry && index.unique ? keyFromBytes(entry) : record;
      if (entry === undefined || owner.length !== RECORD_BYTES || owner !== record)
        fault(
          report,
          `${collection.namespace}: the index ${index.spec.name} does not lead to the document ${String(doc['_id'])}`,
        );
    }
  }
}
