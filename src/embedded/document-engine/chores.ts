import { decode } from './bson/codec';
import { keyOf } from './bson/keystring';
import type { Collection } from './catalog';
import { pause } from './cooperate';
import type { Engine } from './engine';
import type { Index } from './indexes';

const HOUSEKEEPING_MS = 60_000;
const BEAT_MS = 500;

/** What the engine does by itself: expired documents, old sessions, cursors nobody reads. */
export function startChores(engine: Engine): () => void {
  let lastExpired = Date.now();
  let lastKept = Date.now();
  let working = false;
  const round = async (): Promise<void> => {
    const now = Date.now();
    if (now - lastExpired >= engine.ttlIntervalMs) {
      await expireDocuments(engine);
      lastExpired = now;
    }
    if (now - lastKept >= HOUSEKEEPING_MS) {
      engine.cursors.closeWhere(null);
      await engine.sessions.expire();
      lastKept = now;
    }
  };
  const beat = (work: () => Promise<void>): void => {
    if (working) return;
    working = true;
    // A full disk makes a round fail; a later one tries again.
    void work()
      .catch(() => {})
      .finally(() => {
        working = false;
      });
  };
  beat(() => engine.catalog.tidy());
  const timer = setInterval(() => beat(round), BEAT_MS);
  timer.unref();
  return () => clearInterval(timer);
}

async function expireDocuments(engine: Engine): Promise<void> {
  for (const collection of [...engine.catalog.all()])
    for (const index of collection.indexes)
      if (index.spec['expireAfterSeconds'] !== undefined) await expire(engine, collection, index);
}

/** Removes what a TTL index says is over, a slice at a time. */
async function expire(engine: Engine, collection: Collection, index: Index): Promise<void> {
  const seconds = Number(index.spec['expireAfterSeconds']);
  const limit = new Date(Date.now() - seconds * 1000);
  const field = index.fields[0];
  if (!field || field.descending) return;
  const low = index.prefix + keyOf(new Date(-8640000000000000));
  const high = `${index.prefix}${keyOf(limit)}\xff`;
  for (let more = true; more; ) {
    more = await engine.store.write((writer) => {
      if (collection.dropped) return false;
      const keys = writer.keys(low, high, false);
      const records = new Set<string>();
      for (let step = keys.next(); !step.done; step = keys.next()) {
        records.add(step.value.slice(-6));
        if (records.size >= 200) break;
      }
      keys.return?.();
      let removed = 0;
      for (const record of records) {
        const bytes = engine.documents.read(writer, collection, record);
        if (!bytes) continue;
        engine.documents.remove(writer, collection, record, decode(bytes));
        removed++;
      }
      return records.size >= 200 && removed > 0;
    });
    await pause();
  }
}
