import { type FileHandle, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { mongo } from 'mongoose';
import { passAllOnAgain } from '../outbox';
import { CollectionWriter } from './collection-writer';
import { Digest, isSame } from './digest';
import { BackupError, type End } from './format';
import { itemsOf } from './read';

export interface RestoreTarget {
  readonly db: mongo.Db;
  /** Absolute; must be empty. */
  readonly dataDir: string;
}

/** @throws BackupError when a collection of the database holds anything */
export async function requireEmpty(db: mongo.Db): Promise<void> {
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    if (name.startsWith('system.')) continue;
    if ((await db.collection(name).findOne({})) !== null)
      throw new BackupError(
        `The database ${db.databaseName} is not empty (${name}): a backup is restored into an empty one. Nothing was changed.`,
      );
  }
}

/**
 * Brings a checked backup back, into an empty place, and compares what is there afterwards with what
 * it holds. Redis is not in a backup: events of the last days are passed on
 * once more, so that a job that waited there is not lost. Jobs that were done change nothing again.
 * @throws BackupError
 */
export async function restoreBackup(file: string, target: RestoreTarget): Promise<void> {
  let collection: CollectionWriter | null = null;
  let written: FileWriter | null = null;
  try {
    for await (const item of itemsOf(file)) {
      if (item.kind === 'collection')
        collection = await CollectionWriter.open(target.db, item.start);
      if (item.kind === 'document') await collection?.add(item.bytes);
      if (item.kind === 'collection-end') await collection?.end(item.end);
      if (item.kind === 'file') written = await FileWriter.open(target.dataDir, item.path);
      if (item.kind === 'bytes') await written?.add(item.bytes);
      if (item.kind === 'file-end') await written?.end(item.end);
    }
  } finally {
    await written?.close();
  }
  await passAllOnAgain();
}

class FileWriter {
  readonly #path: string;
  readonly #handle: FileHandle;
  #isOpen = true;

  private constructor(file: string, handle: FileHandle) {
    this.#path = file;
    this.#handle = handle;
  }

  static async open(dataDir: string, name: string): Promise<FileWriter> {
    const file = path.join(dataDir, name);
    await mkdir(path.dirname(file), { recursive: true });
    const mode = name.includes('/') ? 0o666 : 0o600;
    return new FileWriter(file, await open(file, 'wx+', mode));
  }

  async add(bytes: Buffer): Promise<void> {
    await this.#handle.writeFile(bytes);
  }

  async end(end: End): Promise<void> {
    await this.#handle.sync();
    const digest = new Digest();
    const stream: AsyncIterable<Buffer> = this.#handle.createReadStream({
      start: 0,
      autoClose: false,
    });
    for await (const piece of stream) digest.add(piece);
    await this.close();
    if (!isSame(digest.end(1), end))
      throw new BackupError(`The file ${this.#path} did not arrive as it was sent.`);
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#handle.close();
  }
}
