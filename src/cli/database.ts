import path from 'node:path';
import { startChild } from '../embedded/supervisor/child';
import { openDataFolder } from '../embedded/supervisor/data-folder';
import { readAddresses, withDatabase } from '../embedded/supervisor/data-services';
import { type Lock, takeLock } from '../embedded/supervisor/lock';
import { Refusal } from '../embedded/supervisor/refusal';
import type { Config } from '../platform/config';
import { connectDb, disconnectDb, ensureIndexes } from '../platform/db';
import { DIST } from '../platform/paths';

const PATIENCE_MS = 10_000;

/**
 * Runs `work` with the database of this installation: the one that the settings name, that of the
 * Kelas that runs now, or the embedded engine, started for the time of the work.
 */
export async function withInstalledDatabase<T>(config: Config, work: () => Promise<T>): Promise<T> {
  if (config.mongodbUri !== undefined) return connected(config.mongodbUri, work);
  const folder = openDataFolder(config.dataDir);
  let lock: Lock;
  try {
    lock = await takeLock(folder);
  } catch (error) {
    const running = readAddresses(folder);
    if (!(error instanceof Refusal) || !running) throw error;
    return connected(running.mongodbUri, work);
  }
  const engine = startChild({
    name: 'engine',
    script: path.join(DIST, 'engine.js'),
    args: ['--dir', folder.db, '--socket', path.join(folder.sockets, 'db.sock')],
    quiet: true,
  });
  try {
    const { uri = '' } = await engine.ready;
    return await connected(withDatabase(uri, 'kelas'), work);
  } finally {
    await engine.stop(PATIENCE_MS);
    lock.release();
  }
}

async function connected<T>(uri: string, work: () => Promise<T>): Promise<T> {
  await connectDb(uri);
  try {
    await ensureIndexes();
    return await work();
  } finally {
    await disconnectDb();
  }
}
