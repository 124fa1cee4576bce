import { crc32, deflateRawSync } from 'node:zlib';

interface Entry {
  name: Buffer;
  crc: number;
  packed: number;
  size: number;
  offset: number;
}

const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x0800;
const DEFLATE = 8;

const dosTime = (at: Date): { time: number; date: number } => ({
  time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
});

/** What the head of a file and its line in the directory share (PKWARE APPNOTE, 4.3.7 and 4.3.12). */
function shared(entry: Omit<Entry, 'offset'>, at: Date): Buffer {
  const buffer = Buffer.alloc(26);
  const { time, date } = dosTime(at);
  buffer.writeUInt16LE(VERSION, 0);
  buffer.writeUInt16LE(FLAGS, 2);
  buffer.writeUInt16LE(DEFLATE, 4);
  buffer.writeUInt16LE(time, 6);
  buffer.writeUInt16LE(date, 8);
  buffer.writeUInt32LE(entry.crc, 10);
  buffer.writeUInt32LE(entry.packed, 14);
  buffer.writeUInt32LE(entry.size, 18);
  buffer.writeUInt16LE(entry.name.length, 22);
  return buffer;
}

const signature = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
};

/** A zip file of small files, as a stream: one of them is in memory at a time. */
export async function* zipOf(
  files: AsyncIterable<{ name: string; content: string }>,
  at: Date,
): AsyncGenerator<Buffer> {
  const entries: Entry[] = [];
  let offset = 0;
  for await (const { name, content } of files) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const entry = {
      name: Buffer.from(name),
      crc: crc32(bytes),
      packed: packed.length,
      size: bytes.length,
    };
    const head = Buffer.concat([signature(0x04034b50), shared(entry, at), entry.name]);
    entries.push({ ...entry, offset });
    offset += head.length + packed.length;
    yield Buffer.concat([head, packed]);
  }
  const directory = entries.map((entry) => {
    const made = Buffer.alloc(2);
    made.writeUInt16LE(VERSION);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(entry.offset, 10);
    return Buffer.concat([signature(0x02014b50), made, shared(entry, at), rest, entry.name]);
  });
  const size = directory.reduce((sum, each) => sum + each.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  yield Buffer.concat([...directory, signature(0x06054b50), end]);
}
