import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { EJSON } from 'bson';
import { mongo } from 'mongoose';
import { Digest } from './digest';
import {
  BackupError,
  type CollectionStart,
  type End,
  FILES,
  FORMAT,
  type Header,
  headOf,
  type Manifest,
  type RecordType,
  ROOT_FILES,
} from './format';
import { openView } from './view';

/** Records are handed on in pieces of about this size. */
const PIECE_BYTES = 256 * 1024;
/** Fast rather than small: the database holds a view for as long as it is read. */
const GZIP = { level: 1, chunkSize: 256 * 1024 };
const NAMESPACE_IS_GONE = 26;

export interface BackupSource {
  readonly db: mongo.Db;
  readonly client: mongo.MongoClient;
  /** Absolute. */
  readonly dataDir: string;
  /** True when nobody else can write meanwhile. */
  readonly alone: boolean;
  /** Version of Kelas. */
  readonly kelas: string;
}

/**
 * Writes the database, as it is at one moment, and the files into one file: under another name
 * first, so that the file is there whole or not at all. Files are read after the database: one that
 * a document names is there before the document is.
 * @throws BackupError
 */
export async function writeBackup(file: string, source: BackupSource): Promise<Manifest> {
  if ((await stat(file).catch(() => null)) !== null)
    throw new BackupError(`${file} is there already: choose another name.`);
  const draft = `${file}.part`;
  const manifest: { value?: Manifest } = {};
  try {
    await pipeline(
      inPieces(records(source, manifest)),
      createGzip(GZIP),
      sealed,
      createWriteStream(draft, { mode: 0o600, flags: 'w', flush: true }),
    );
    await rename(draft, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  if (!manifest.value) throw new Error('The backup ended without its manifest');
  return manifest.value;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

async function* inPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of source) {
    waiting.push(part);
    bytes += part.length;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
  }
  yield Buffer.concat(waiting);
}

async function* sealed(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const piece of source) {
    hash.update(piece);
    yield piece;
  }
  yield hash.digest();
}

function* record(type: RecordType, content: Uint8Array): Generator<Uint8Array> {
  yield headOf(type, content.length);
  yield content;
}

const json = (type: RecordType, content: unknown) =>
  record(type, Buffer.from(JSON.stringify(content)));

async function* records(
  source: BackupSource,
  result: { value?: Manifest },
): AsyncGenerator<Uint8Array> {
  const { db } = source;
  const server = await db.admin().buildInfo();
  yield* json('H', {
    format: FORMAT,
    kelas: source.kelas,
    node: process.versions.node,
    database: String(server['version']),
    madeAt: new Date().toISOString(),
  } satisfies Header);
  const starts = await listCollections(db);
  const view = await openView(source);
  const collections: Manifest['collections'][number][] = [];
  try {
    for (const start of starts) {
      const end = yield* collection(db, start, view.session);
      collections.push({ name: start.name, indexes: start.indexes.length, ...end });
    }
  } catch (error) {
    throw view.explain(error);
  } finally {
    await view.close();
  }
  const files = yield* allFiles(source.dataDir);
  result.value = { collections, files };
  yield* json('M', result.value);
}

/** Every collection with its options and indexes, by name. */
export async function listCollections(db: mongo.Db): Promise<CollectionStart[]> {
  const starts: CollectionStart[] = [];
  for (const info of await db.listCollections({}, { nameOnly: false }).toArray()) {
    if (info.type !== 'collection' || info.name.startsWith('system.')) continue;
    const indexes = await indexesOf(db, info.name);
    if (indexes) starts.push({ name: info.name, options: { ...info.options }, indexes });
  }
  return starts.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Null for a collection that was dropped at this moment. */
async function indexesOf(db: mongo.Db, name: string): Promise<Record<string, unknown>[] | null> {
  try {
    const all = await db.collection(name).listIndexes().toArray();
    return all
      .filter((index) => index['name'] !== '_id_')
      .map(({ v, ns, ...specification }) => specification);
  } catch (error) {
    if (error instanceof mongo.MongoServerError && error.code === NAMESPACE_IS_GONE) return null;
    throw error;
  }
}

async function* collection(
  db: mongo.Db,
  start: CollectionStart,
  session: mongo.ClientSession | undefined,
): AsyncGenerator<Uint8Array, End> {
  yield* record('C', Buffer.from(EJSON.stringify(start, { relaxed: false })));
  const digest = new Digest();
  for await (const bytes of rawDocuments(db, start.name, session)) {
    digest.add(bytes);
    yield* record('D', bytes);
  }
  const end = digest.end();
  yield* json('E', end);
  return end;
}

/** Every document of a collection as BSON, by `_id`. */
export function rawDocuments(
  db: mongo.Db,
  name: string,
  session?: mongo.ClientSession,
): AsyncIterable<Uint8Array> {
  const options = { raw: true, batchSize: 1_000, ...(session ? { session } : {}) };
  const cursor = db.collection(name).find({}, options).sort({ _id: 1 });
  return cursor as unknown as AsyncIterable<Uint8Array>;
}

async function* allFiles(dataDir: string): AsyncGenerator<Uint8Array, Manifest['files']> {
  const list = createHash('sha256');
  let count = 0;
  let bytes = 0;
  const names = async function* () {
    yield* ROOT_FILES;
    yield* filesBelow(dataDir, FILES);
  };
  for await (const name of names()) {
    const end = yield* oneFile(dataDir, name);
    if (!end) continue;
    count += 1;
    bytes += end.bytes;
    list.update(`${end.sha256}  ${name}\n`);
  }
  return { count, bytes, sha256: list.digest('hex') };
}

async function* filesBelow(dataDir: string, folder: string): AsyncGenerator<string> {
  const entries = await readdir(path.join(dataDir, folder), { withFileTypes: true }).catch(absent);
  const sorted = (entries ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of sorted) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(dataDir, name);
    else if (entry.isFile() && !name.endsWith('.part')) yield name;
  }
}

/** Null for a file that is not there, or no more. */
async function* oneFile(dataDir: string, name: string): AsyncGenerator<Uint8Array, End | null> {
  const handle = await open(path.join(dataDir, name), 'r').catch(absent);
  if (!handle) return null;
  yield* json('F', { path: name });
  const digest = new Digest();
  const stream: AsyncIterable<Buffer> = handle.createReadStream({ autoClose: false });
  try {
    for await (const piece of stream) {
      digest.add(piece);
      yield* record('B', piece);
    }
  } finally {
    await handle.close();
  }
  const end = digest.end(1);
  yield* json('E', end);
  return end;
}

const absent = (error: unknown): null => {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
};
