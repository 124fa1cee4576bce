import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { EJSON } from 'bson';
import { z } from 'zod';
import { Digest, isSame } from './digest';
import {
  BackupError,
  type CollectionStart,
  type End,
  FILES,
  type FileStart,
  FORMAT,
  HEAD_BYTES,
  type Header,
  MAX_RECORD,
  type Manifest,
  ROOT_FILES,
  SEAL_BYTES,
} from './format';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0);
const EndRecord: z.ZodType<End> = z.object({ count, bytes: count, sha256 });
const HeaderRecord: z.ZodType<Header> = z.object({
  format: z.number(),
  kelas: z.string(),
  node: z.string(),
  database: z.string(),
  madeAt: z.string(),
});
const CollectionRecord: z.ZodType<CollectionStart> = z.object({
  name: z.string().min(1),
  options: z.record(z.string(), z.unknown()),
  indexes: z.array(z.record(z.string(), z.unknown())),
});
/** Nothing outside the data folder, whatever the file says. */
const FileRecord: z.ZodType<FileStart> = z.object({
  path: z.string().refine((name) => ROOT_FILES.includes(name) || isBelowFiles(name)),
});
const ManifestRecord: z.ZodType<Manifest> = z.object({
  collections: z.array(z.object({ name: z.string(), indexes: count, count, bytes: count, sha256 })),
  files: z.object({ count, bytes: count, sha256 }),
});

function isBelowFiles(name: string): boolean {
  const [first, ...rest] = name.split('/');
  return first === FILES && rest.length > 0 && rest.every((part) => /^[\w-][\w.-]*$/.test(part));
}

/** What a backup holds, in its order. An end comes only when what stood before it is as it was. */
export type Item =
  | { kind: 'header'; header: Header }
  | { kind: 'collection'; start: CollectionStart }
  | { kind: 'document'; bytes: Buffer }
  | { kind: 'collection-end'; end: End }
  | { kind: 'file'; path: string }
  | { kind: 'bytes'; bytes: Buffer }
  | { kind: 'file-end'; end: End }
  | { kind: 'manifest'; manifest: Manifest };

const damaged = (file: string, why: string): BackupError =>
  new BackupError(
    `${file} is damaged or no backup of Kelas (${why}). Nothing can be read from it.`,
  );

/**
 * Reads a whole backup and compares every hash.
 * @throws BackupError when it is not exactly what was written
 */
export async function checkBackup(file: string): Promise<{ header: Header; manifest: Manifest }> {
  await checkSeal(file);
  let header: Header | undefined;
  let manifest: Manifest | undefined;
  for await (const item of itemsOf(file)) {
    if (item.kind === 'header') header = item.header;
    if (item.kind === 'manifest') manifest = item.manifest;
  }
  if (!header || !manifest) throw damaged(file, 'it ends too early');
  return { header, manifest };
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new BackupError(`There is no file ${file}.`);
  if (found.size <= SEAL_BYTES) throw damaged(file, 'it is too short');
  return found.size - SEAL_BYTES;
}

async function checkSeal(file: string): Promise<void> {
  const size = await sizeOf(file);
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file, { end: size - 1 })) hash.update(piece as Buffer);
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(SEAL_BYTES), 0, SEAL_BYTES, size);
    if (!hash.digest().equals(buffer)) throw damaged(file, 'its seal is not right');
  } finally {
    await handle.close();
  }
}

/** Cuts the unpacked stream into records. */
async function* recordsOf(file: string): AsyncGenerator<{ type: string; content: Buffer }> {
  const size = await sizeOf(file);
  const source = createReadStream(file, { end: size - 1 });
  const unpacked = createGunzip({ chunkSize: 256 * 1024 });
  source.on('error', (error) => unpacked.destroy(error));
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of source.pipe(unpacked)) {
      rest = rest.length === 0 ? (piece as Buffer) : Buffer.concat([rest, piece as Buffer]);
      let at = 0;
      while (rest.length - at >= HEAD_BYTES) {
        const length = rest.readUInt32LE(at + 1);
        if (length > MAX_RECORD) throw damaged(file, 'a record is too long');
        if (rest.length - at < HEAD_BYTES + length) break;
        const start = at + HEAD_BYTES;
        yield {
          type: rest.toString('latin1', at, at + 1),
          content: rest.subarray(start, start + length),
        };
        at = start + length;
      }
      rest = rest.subarray(at);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_')) throw damaged(file, message);
    throw error;
  } finally {
    source.destroy();
  }
  if (rest.length > 0) throw damaged(file, 'it ends within a record');
}

/** @throws BackupError at the first thing that is not as it was written */
export async function* itemsOf(file: string): AsyncGenerator<Item> {
  const reader = new ItemReader(file);
  for await (const { type, content } of recordsOf(file)) yield reader.take(type, content);
  reader.finish();
}

/** Knows what may come next, and what must have come by the end. */
class ItemReader {
  readonly #file: string;
  readonly #collections: Manifest['collections'][number][] = [];
  readonly #list = createHash('sha256');
  #files = 0;
  #fileBytes = 0;
  #open: { start: CollectionStart | FileStart; digest: Digest } | null = null;
  #state: 'start' | 'body' | 'end' = 'start';

  constructor(file: string) {
    this.#file = file;
  }

  take(type: string, content: Buffer): Item {
    if (type === 'H' && this.#state === 'start') {
      this.#state = 'body';
      return { kind: 'header', header: this.#header(content) };
    }
    if (this.#state !== 'body') throw this.#fault(`a record ${type} out of its place`);
    const open = this.#open;
    if (type === 'C' && !open) {
      const start = this.#parse(
        CollectionRecord,
        EJSON.parse(content.toString('utf8'), { relaxed: false }),
      );
      this.#open = { start, digest: new Digest() };
      return { kind: 'collection', start };
    }
    if (type === 'F' && !open) {
      const start = this.#json(FileRecord, content);
      this.#open = { start, digest: new Digest() };
      return { kind: 'file', path: start.path };
    }
    if ((type === 'D' || type === 'B') && open) {
      if ('name' in open.start !== (type === 'D')) throw this.#fault('documents in a file');
      open.digest.add(content);
      return { kind: type === 'D' ? 'document' : 'bytes', bytes: content };
    }
    if (type === 'E' && open) return this.#end(open, this.#json(EndRecord, content));
    if (type === 'M' && !open) {
      this.#state = 'end';
      return { kind: 'manifest', manifest: this.#manifest(content) };
    }
    throw this.#fault(`a record ${type} out of its place`);
  }

  finish(): void {
    if (this.#state !== 'end') throw this.#fault('it ends too early');
  }

  #header(content: Buffer): Header {
    const header = this.#json(HeaderRecord, content);
    if (header.format > FORMAT)
      throw new BackupError(
        `${this.#file} was made by a newer Kelas (${header.kelas}): restore it with that one.`,
      );
    return header;
  }

  #end(open: { start: CollectionStart | FileStart; digest: Digest }, end: End): Item {
    this.#open = null;
    const { start, digest } = open;
    if ('name' in start) {
      if (!isSame(digest.end(), end)) throw this.#fault(`collection ${start.name}`);
      this.#collections.push({ name: start.name, indexes: start.indexes.length, ...end });
      return { kind: 'collection-end', end };
    }
    if (!isSame(digest.end(1), end)) throw this.#fault(`file ${start.path}`);
    this.#files += 1;
    this.#fileBytes += end.bytes;
    this.#list.update(`${end.sha256}  ${start.path}\n`);
    return { kind: 'file-end', end };
  }

  #manifest(content: Buffer): Manifest {
    const manifest = this.#json(ManifestRecord, content);
    const { collections, files } = manifest;
    const found = this.#collections;
    const same =
      collections.length === found.length &&
      collections.every((each, i) => {
        const other = found[i];
        return other?.name === each.name && other.indexes === each.indexes && isSame(each, other);
      }) &&
      isSame(files, {
        count: this.#files,
        bytes: this.#fileBytes,
        sha256: this.#list.digest('hex'),
      });
    if (!same) throw this.#fault('its manifest names something else');
    return manifest;
  }

  #json<T>(schema: z.ZodType<T>, content: Buffer): T {
    return this.#parse(schema, JSON.parse(content.toString('utf8')));
  }

  #parse<T>(schema: z.ZodType<T>, value: unknown): T {
    const { data, success } = schema.safeParse(value);
    if (!success) throw this.#fault('a record is not readable');
    return data;
  }

  #fault(why: string): BackupError {
    return damaged(this.#file, why);
  }
}
