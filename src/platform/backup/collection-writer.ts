import type { mongo } from 'mongoose';
import { Digest, isSame } from './digest';
import { BackupError, type CollectionStart, type End } from './format';
import { inOrder } from './in-order';
import { rawDocuments } from './write';

const BATCH = 1_000;
const BATCH_BYTES = 8_000_000;

/** Count and hash of what a collection holds now. */
export async function digestOf(db: mongo.Db, name: string): Promise<End> {
  const digest = new Digest();
  for await (const bytes of rawDocuments(db, name)) digest.add(bytes);
  return digest.end();
}

/** @throws BackupError when the collection is not what was sent */
export async function requireSame(db: mongo.Db, name: string, sent: End): Promise<void> {
  if (!isSame(await digestOf(db, name), sent))
    throw new BackupError(`The collection ${name} did not arrive as it was sent.`);
}

export async function createIndexes(
  db: mongo.Db,
  { name, indexes }: Pick<CollectionStart, 'name' | 'indexes'>,
): Promise<void> {
  if (indexes.length > 0) await db.command({ createIndexes: name, indexes });
}

/** Writes a collection anew, document for document as it was read. */
export class CollectionWriter {
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
    if (this.#batch.length >= BATCH || this.#bytes >= BATCH_BYTES) await this.flush();
  }

  /** Indexes come last: one that removes what is out of date must not change the comparison. */
  async end(end: End): Promise<void> {
    await this.flush();
    await requireSame(this.#db, this.#start.name, end);
    await createIndexes(this.#db, this.#start);
  }

  /** All that was added is written when this resolves. */
  async flush(): Promise<void> {
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
