import { readFileSync } from 'node:fs';
import path from 'node:path';
import mongoose from 'mongoose';
import {
  checkBackup,
  type Manifest,
  noteBackup,
  requireEmpty,
  restoreBackup,
  writeBackup,
} from '../platform/backup';
import { loadConfig } from '../platform/config';
import { ROOT } from '../platform/paths';
import type { Command } from './command';
import { withInstalledDatabase, withNewDatabase } from './database';

const version = (): string =>
  (JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string })
    .version;

function database() {
  const { db } = mongoose.connection;
  if (!db) throw new Error('There is no connection to the database');
  return { db, client: mongoose.connection.getClient() };
}

const documentsOf = ({ collections }: Manifest): number =>
  collections.reduce((sum, { count }) => sum + count, 0);

function contentOf(manifest: Manifest): string {
  const { collections, files } = manifest;
  const documents = documentsOf(manifest);
  const bytes = collections.reduce((sum, each) => sum + each.bytes, files.bytes);
  return `${documents} documents of ${collections.length} collections, ${files.count} files, ${(bytes / 1e6).toFixed(1)} MB`;
}

const oneFile = (name: string, args: readonly string[]): string | null => {
  const [file, ...others] = args;
  if (file !== undefined && file !== '' && others.length === 0) return path.resolve(file);
  console.error(`Usage: npm run kelas -- ${name} FILE`);
  return null;
};

const backup: Command = {
  name: 'backup',
  usage: 'backup FILE',
  summary: 'writes everything that Kelas keeps into one file, also while it runs',
  run: async (args) => {
    const file = oneFile('backup', args);
    if (file === null) return 2;
    const config = loadConfig();
    const manifest = await withInstalledDatabase(
      config,
      async ({ alone }) => {
        const written = await writeBackup(file, {
          ...database(),
          alone,
          dataDir: config.dataDir,
          kelas: version(),
        });
        await noteBackup(documentsOf(written));
        return written;
      },
      { asItIs: true },
    );
    console.log(`${file} is written: ${contentOf(manifest)}`);
    return 0;
  },
};

const restore: Command = {
  name: 'restore',
  usage: 'restore FILE',
  summary: 'brings a backup back, into an empty data folder and an empty database',
  run: async (args) => {
    const file = oneFile('restore', args);
    if (file === null) return 2;
    const config = loadConfig();
    const { header, manifest } = await checkBackup(file);
    await withNewDatabase(config, async (begin) => {
      const { db } = database();
      await requireEmpty(db);
      begin();
      await restoreBackup(file, { db, dataDir: config.dataDir });
    });
    console.log(`Restored, and compared with ${file} of ${header.madeAt}: ${contentOf(manifest)}`);
    return 0;
  },
};

export const backupCommands: readonly Command[] = [backup, restore];
