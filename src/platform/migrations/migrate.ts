import mongoose from 'mongoose';
import { now } from '../../shared/clock';
import { ensureIndexes, withLease } from '../db';
import { logger } from '../logger';
import { Ledger, type LedgerRow } from './ledger';
import type { Migration } from './migration';
import { MIGRATIONS } from './steps';

/** The database has been through changes that this program does not know, or through others. */
export class DatabaseIsNewer extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DatabaseIsNewer';
  }
}

export interface MigrationState {
  /** Not run yet, in their order. */
  readonly pending: readonly Migration[];
  /** What this program does not know. */
  readonly unknown: readonly LedgerRow[];
}

/**
 * Compares the database with what this program knows.
 * @throws DatabaseIsNewer when this program must not work on it
 */
export async function migrationState(
  known: readonly Migration[] = MIGRATIONS,
): Promise<MigrationState> {
  const done = new Map((await Ledger.find().sort({ _id: 1 }).lean()).map((row) => [row._id, row]));
  const newest = known.at(-1)?.number ?? 0;
  for (const { _id, name, needs } of done.values()) {
    if (needs > newest)
      throw new DatabaseIsNewer(
        `The database is newer than this Kelas: it has been through change ${_id} (${name}), and this one knows changes up to ${newest}. Start the newer version, or restore a backup from before it.`,
      );
    const own = known.find(({ number }) => number === _id);
    if (own && own.name !== name)
      throw new DatabaseIsNewer(
        `Change ${_id} of this database is another one (${name}) than that of this Kelas (${own.name}): they do not belong together.`,
      );
  }
  return {
    pending: known.filter(({ number }) => !done.has(number)),
    unknown: [...done.values()].filter(({ _id }) => _id > newest),
  };
}

/**
 * Runs what has not been run, in its order, in one process at a time; the others wait. Each is noted
 * when it has come to its end: one that was cut off is begun anew by the next start.
 * @returns what was run here
 * @throws DatabaseIsNewer
 */
export async function migrate(known: readonly Migration[] = MIGRATIONS): Promise<Migration[]> {
  if ((await migrationState(known)).pending.length === 0) return [];
  return withLease('migrations', async () => {
    const { db } = mongoose.connection;
    if (!db) throw new Error('There is no connection to the database');
    // Another process may have been at it meanwhile.
    const { pending } = await migrationState(known);
    for (const migration of pending) {
      const { number, name, needs } = migration;
      logger.info({ number, name }, 'stored data is being changed');
      const started = performance.now();
      await migration.run(db);
      const ms = Math.round(performance.now() - started);
      await Ledger.updateOne(
        { _id: number },
        { $setOnInsert: { name, needs, doneAt: now(), ms } },
        { upsert: true },
      );
      logger.info({ number, name, ms }, 'stored data has been changed');
    }
    return [...pending];
  });
}

/** Brings the database to what this program works on: changes of stored data, then indexes. */
export async function prepareDatabase(): Promise<void> {
  await migrate();
  await ensureIndexes();
}
