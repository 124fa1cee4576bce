import { type FileHandle, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { mongo } from 'mongoose';
import { passAllOnAgain } from '../outbox';
import { Digest, isSame } from './digest';
import { BackupError, type CollectionStart, type End } from './format';
import { inOrder } from './in-order';
import { itemsOf } from './read';
import { rawDocuments } from './write';

const BATCH = 1_000;
const BATCH_BYTES = 8_000_000;

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

class CollectionWriter {
  readonly #db: mongo.Db;
  readonly #start: CollectionStart;
  #batch: Map<string, unknown>[] = [];
  #bytes = 0;

  private constructor(db: mongo.Db, start: CollectionStart) {
    this.#db = db;
    this.#start = start;
  }

  static async open(db: mongo.Db, start: CollectionStart): Promise<CollectionWriter> {
    await db.dropCollection(start.name);
    await db.createCollection(start.name, start.options);
    return new CollectionWriter(db, start);
  }

  async add(bytes: Buffer): Promise<void> {
    this.#batch.push(inOrder(bytes));
    this.#bytes += bytes.length;
    if (this.#batch.length >= BATCH || this.#bytes >= BATCH_BYTES) await this.#flush();
  }

  /** Indexes come last: one that removes what is out of date must not change the comparison. */
  async end(end: End): Promise<void> {
    await this.#flush();
    const { name, indexes } = this.#start;
    const digest = new Digest();
    for await (const bytes of rawDocuments(this.#db, name)) digest.add(bytes);
    if (!isSame(digest.end(), end))
      throw new BackupError(`The collection ${name} did not arrive as it was sent.`);
    if (indexes.length > 0) await this.#db.command({ createIndexes: name, indexes });
  }

  async #flush(): Promise<void> {
    if (this.#batch.length === 0) return;
    const { name } = this.#start;
    const documents = this.#batch;
    this.#batch = [];
    this.#bytes = 0;
    // As they are: a rule that was made stricter later must not keep older documents out.
    await this.#db.collection(name).insertMany(documents, {
      forceServerObjectId: true,
      bypassDocumentValidation: true,
    });
  }
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
