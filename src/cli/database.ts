import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChild } from '../embedded/supervisor/child';
import {
  type DataFolder,
  openDataFolder,
  refuseMoved,
  UNFINISHED,
} from '../embedded/supervisor/data-folder';
import { readAddresses, withDatabase } from '../embedded/supervisor/data-services';
import { type Lock, takeLock } from '../embedded/supervisor/lock';
import { Refusal } from '../embedded/supervisor/refusal';
import type { Config } from '../platform/config';
import { connectDb, disconnectDb } from '../platform/db';
import { prepareDatabase } from '../platform/migrations';
import { DIST } from '../platform/paths';

const PATIENCE_MS = 10_000;

/** How the database of the installation was found. */
export interface Installed {
  /** True when the engine runs for this command only: nobody else writes. */
  readonly alone: boolean;
}

/**
 * Runs `work` with the database of this installation: the one that the settings name, that of the
 * Kelas that runs now, or the embedded engine, started for the time of the work.
 * @param options.asItIs nothing is changed or made before
 */
export async function withInstalledDatabase<T>(
  config: Config,
  work: (installed: Installed) => Promise<T>,
  options: { asItIs?: boolean } = {},
): Promise<T> {
  const run = (uri: string, alone: boolean) =>
    connected(uri, async () => {
      if (!options.asItIs) await prepareDatabase();
      return work({ alone });
    });
  if (config.mongodbUri !== undefined) return run(config.mongodbUri, false);
  const folder = openDataFolder(config.dataDir);
  refuseMoved(folder);
  let lock: Lock;
  try {
    lock = await takeLock(folder);
  } catch (error) {
    const running = readAddresses(folder);
    if (!(error instanceof Refusal) || !running) throw error;
    return run(running.mongodbUri, false);
  }
  try {
    return await withEngine(folder, (uri) => run(uri, true));
  } finally {
    lock.release();
  }
}

/**
 * Runs `work` with the embedded engine of a data folder, started for the time of the work.
 * @throws Refusal when Kelas runs there, or nothing is kept there
 */
export async function withEndedEngine<T>(
  config: Config,
  work: (folder: DataFolder) => Promise<T>,
): Promise<T> {
  const folder = openDataFolder(config.dataDir);
  refuseMoved(folder);
  if (!existsSync(folder.db))
    throw new Refusal(`There is no embedded database in the data folder ${folder.root}.`);
  const lock = await takeLock(folder);
  try {
    return await withEngine(folder, (uri) => connected(uri, () => work(folder)));
  } finally {
    lock.release();
  }
}

/**
 * Runs `work` on a data folder that holds nothing, with the database that the settings name or a new
 * one of the embedded engine. From `begin` on nobody can start this folder until it came to its end.
 * @throws Refusal when something is kept there already
 */
export async function withNewDatabase<T>(
  config: Config,
  work: (begin: () => void) => Promise<T>,
): Promise<T> {
  const folder = openDataFolder(config.dataDir);
  if (!folder.isNew)
    throw new Refusal(
      `The data folder ${folder.root} is not empty: choose a new one with KELAS_DATA, or move this one away. Nothing was changed.`,
    );
  const lock = await takeLock(folder);
  const mark = path.join(folder.root, UNFINISHED);
  const begin = () => writeFileSync(mark, 'A backup is being restored into this folder.\n');
  const run = (uri: string) => connected(uri, () => work(begin));
  try {
    const result = await (config.mongodbUri === undefined
      ? withEngine(folder, run)
      : run(config.mongodbUri));
    rmSync(mark, { force: true });
    return result;
  } finally {
    lock.release();
  }
}

async function withEngine<T>(folder: DataFolder, work: (uri: string) => Promise<T>): Promise<T> {
  const engine = startChild({
    name: 'engine',
    script: path.join(DIST, 'engine.js'),
    args: ['--dir', folder.db, '--socket', path.join(folder.sockets, 'db.sock')],
    quiet: true,
  });
  try {
    const { uri = '' } = await engine.ready;
    return await work(withDatabase(uri, 'kelas'));
  } finally {
    await engine.stop(PATIENCE_MS);
  }
}

async function connected<T>(uri: string, work: () => Promise<T>): Promise<T> {
  await connectDb(uri);
  try {
    return await work();
  } finally {
    await disconnectDb();
  }
}
