import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

/** A file of the archive, whose text is made while it is written. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Iterable<string> | AsyncIterable<string>;
}

/** General purpose bits: sizes follow the data, names are UTF-8. */
const FLAGS = 0b1000_0000_1000;
const DEFLATED = 8;
/** 1 January 1980, the first day that the format knows: the same content gives the same file. */
const TIME = 0;
const DATE = 0b0000000_0001_00001;

interface Written {
  name: Buffer;
  at: number;
  crc: number;
  packed: number;
  size: number;
}

const record = (signature: number, fields: readonly [value: number, bytes: 2 | 4][]): Buffer => {
  const buffer = Buffer.alloc(4 + fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  buffer.writeUInt32LE(signature, 0);
  let at = 4;
  for (const [value, bytes] of fields) {
    buffer.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return buffer;
};

const localHeader = (name: Buffer): Buffer =>
  Buffer.concat([
    record(0x04034b50, [
      [20, 2],
      [FLAGS, 2],
      [DEFLATED, 2],
      [TIME, 2],
      [DATE, 2],
      [0, 4],
      [0, 4],
      [0, 4],
      [name.length, 2],
      [0, 2],
    ]),
    name,
  ]);

const centralHeader = ({ name, at, crc, packed, size }: Written): Buffer =>
  Buffer.concat([
    record(0x02014b50, [
      [20, 2],
      [20, 2],
      [FLAGS, 2],
      [DEFLATED, 2],
      [TIME, 2],
      [DATE, 2],
      [crc, 4],
      [packed, 4],
      [size, 4],
      [name.length, 2],
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
      [at, 4],
    ]),
    name,
  ]);

/**
 * A zip archive as it is made (APPNOTE.TXT 6.3.10, without zip64: up to 4 GB), with the memory of
 * one piece of text at a time.
 */
export async function* zip(
  entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>,
): AsyncGenerator<Buffer> {
  const written: Written[] = [];
  let at = 0;
  for await (const { name: text, content } of entries) {
    const entry: Written = { name: Buffer.from(text, 'utf8'), at, crc: 0, packed: 0, size: 0 };
    const header = localHeader(entry.name);
    at += header.length;
    yield header;
    async function* bytes(): AsyncGenerator<Buffer> {
      for await (const piece of content) {
        const buffer = Buffer.from(piece, 'utf8');
        entry.crc = crc32(buffer, entry.crc);
        entry.size += buffer.length;
        yield buffer;
      }
    }
    const source = Readable.from(bytes(), { objectMode: false });
    const deflate = createDeflateRaw();
    source.once('error', (error) => deflate.destroy(error));
    for await (const packed of source.pipe(deflate) as AsyncIterable<Buffer>) {
      entry.packed += packed.length;
      at += packed.length;
      yield packed;
    }
    const { crc, packed, size } = entry;
    const descriptor = record(0x08074b50, [
      [crc, 4],
      [packed, 4],
      [size, 4],
    ]);
    at += descriptor.length;
    written.push(entry);
    yield descriptor;
  }
  const central = Buffer.concat(written.map(centralHeader));
  yield central;
  yield record(0x06054b50, [
    [0, 2],
    [0, 2],
    [written.length, 2],
    [written.length, 2],
    [central.length, 4],
    [at, 4],
    [0, 2],
  ]);
}
