import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import mongoose from 'mongoose';
import { type DataFolder, MOVED } from '../embedded/supervisor/data-folder';
import { Refusal } from '../embedded/supervisor/refusal';
import { BackupError, type Moved, moveDatabase } from '../platform/backup';
import { loadConfig } from '../platform/config';
import { withOtherDb } from '../platform/db';
import { passAllOnAgain } from '../platform/outbox';
import type { Command } from './command';
import { withEndedEngine } from './database';

/** The file that makes every try from this folder the same move. */
const MOVING = 'moving';

/** Server and database of a URI, without its password. */
function placeOf(uri: string): string | null {
  const found = /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^/?]+)\/([^/?]+)(?:\?.*)?$/.exec(uri);
  return found ? `${decodeURIComponent(found[1] ?? '')}/${found[2]}` : null;
}

function idOf(folder: DataFolder): string {
  const file = path.join(folder.root, MOVING);
  if (!existsSync(file)) writeFileSync(file, randomUUID(), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** @throws BackupError when Kelas could not work there */
async function requireTransactions(db: mongoose.mongo.Db): Promise<void> {
  const hello = await db.command({ hello: 1 });
  if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid')
    throw new BackupError(
      'The MongoDB there is not a replica set, and Kelas needs transactions: see rs.initiate() in its manual. Nothing was changed.',
    );
}

function noteMoved(folder: DataFolder, place: string): void {
  const text = JSON.stringify({ place, at: new Date().toISOString() });
  writeFileSync(path.join(folder.root, MOVED), `${text}\n`, { mode: 0o600 });
  rmSync(path.join(folder.root, MOVING));
}

function move(uri: string, place: string): Promise<Moved> {
  return withEndedEngine(loadConfig(), async (folder) => {
    const source = mongoose.connection.db;
    if (!source) throw new Error('There is no connection to the database');
    return withOtherDb(uri, async (target) => {
      await requireTransactions(target);
      return moveDatabase({
        source,
        target,
        id: idOf(folder),
        say: (line) => console.log(line),
        atEnd: async () => {
          // Redis may be a new one as well: it knows nothing of the jobs that waited in the old one.
          await passAllOnAgain(target);
          noteMoved(folder, place);
        },
      });
    });
  });
}

export const moveTo: Command = {
  name: 'move-to',
  usage: 'move-to URI',
  summary: 'moves everything from the embedded engine to a MongoDB; Kelas must be ended',
  run: async ([uri = '', ...others]) => {
    const place = placeOf(uri);
    if (place === null || others.length > 0) {
      console.error('Usage: npm run kelas -- move-to mongodb://HOST:PORT/DATABASE?replicaSet=NAME');
      return 2;
    }
    if (loadConfig().mongodbUri !== undefined)
      throw new Refusal(
        'MONGODB_URI is set, so the embedded engine is not in use: take it away for this command.',
      );
    const { collections, documents } = await move(uri, place);
    console.log(
      `Moved ${documents} documents of ${collections} collections to ${place}, and compared them. From now on set MONGODB_URI; files and secrets stay in the data folder.`,
    );
    return 0;
  },
};
