import { type Doc, decode, encode } from './bson/codec';

/** The wire protocol: frames in, OP_MSG out. OP_QUERY is understood for the first hello only. */
export const MAX_MESSAGE = 48_000_000;

const HEADER = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** Bits below 16 that are not known must be refused. */
const KNOWN_REQUIRED_BITS = CHECKSUM_PRESENT | MORE_TO_COME;

export interface Message {
  requestId: number;
  body: Doc;
  /** Documents that came beside the body, still encoded, by the name of their field. */
  sequences: Map<string, Uint8Array[]>;
  /** The client wants no reply. */
  silent: boolean;
  /** An OP_QUERY, to be answered with an OP_REPLY. */
  legacy: boolean;
}

/** What the client sent cannot be understood: the connection is closed. */
class ProtocolError extends Error {}

/** A message that is framed well but whose content is not: it is answered with an error. */
export class BodyError extends Error {
  readonly requestId: number;
  constructor(requestId: number, cause: unknown) {
    super('a body that cannot be read', { cause });
    this.requestId = requestId;
  }
}

/** Cuts the stream of a connection into frames. */
export class Frames {
  private chunks: Buffer[] = [];
  private size = 0;

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
  }

  /** The next whole frame, or null until more has come. */
  next(): Buffer | null {
    if (this.size < HEADER) return null;
    const length = this.firstInt();
    if (length < HEADER || length > MAX_MESSAGE)
      throw new ProtocolError(`a frame of ${length} bytes`);
    if (this.size < length) return null;
    const all = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks, this.size);
    if (!all) return null;
    this.size -= length;
    this.chunks = this.size > 0 ? [all.subarray(length)] : [];
    return all.subarray(0, length);
  }

  private firstInt(): number {
    const [first] = this.chunks;
    if (first && first.length >= 4) return first.readInt32LE(0);
    const joined = Buffer.concat(this.chunks, this.size);
    this.chunks = [joined];
    return joined.readInt32LE(0);
  }
}

/** Reads a frame; its documents share the frame's memory. */
export function readMessage(frame: Buffer): Message {
  const requestId = frame.readInt32LE(4);
  const opCode = frame.readInt32LE(12);
  if (opCode === OP_QUERY) return readQuery(frame, requestId);
  if (opCode !== OP_MSG) throw new ProtocolError(`operation ${opCode}`);
  if (frame.length < HEADER + 5) throw new ProtocolError('a message without sections');
  const flags = frame.readUInt32LE(HEADER);
  if (flags & 0xffff & ~KNOWN_REQUIRED_BITS) throw new ProtocolError(`flags ${flags}`);
  const end = frame.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  const sequences = new Map<string, Uint8Array[]>();
  let body: Buffer | null = null;
  let at = HEADER + 4;
  while (at < end) {
    const kind = frame[at++];
    const length = at + 4 <= end ? frame.readInt32LE(at) : -1;
    if (length < 5 || at + length > end) throw new ProtocolError('a section that does not fit');
    const section = frame.subarray(at, at + length);
    if (kind === 0 && body === null) body = section;
    else if (kind === 1) readSequence(section, sequences);
    else throw new ProtocolError(`a section of kind ${kind}`);
    at += length;
  }
  if (!body) throw new ProtocolError('a message without a body');
  const silent = (flags & MORE_TO_COME) !== 0;
  return { requestId, body: parse(requestId, body), sequences, silent, legacy: false };
}

function parse(requestId: number, bytes: Buffer): Doc {
  try {
    return decode(bytes);
  } catch (error) {
    throw new BodyError(requestId, error);
  }
}

function readSequence(section: Buffer, sequences: Map<string, Uint8Array[]>): void {
  const zero = section.indexOf(0, 4);
  if (zero < 0) throw new ProtocolError('a sequence without a name');
  const name = section.toString('utf8', 4, zero);
  if (sequences.has(name)) throw new ProtocolError(`the sequence ${name} twice`);
  const docs: Uint8Array[] = [];
  let at = zero + 1;
  while (at < section.length) {
    const length = at + 4 <= section.length ? section.readInt32LE(at) : -1;
    if (length < 5 || at + length > section.length)
      throw new ProtocolError('a document that does not fit its sequence');
    docs.push(section.subarray(at, at + length));
    at += length;
  }
  sequences.set(name, docs);
}

function readQuery(frame: Buffer, requestId: number): Message {
  const nameEnd = frame.indexOf(0, HEADER + 4);
  const at = nameEnd + 9;
  if (nameEnd < 0 || at + 4 > frame.length) throw new ProtocolError('a query that is cut off');
  const length = frame.readInt32LE(at);
  if (length < 5 || at + length > frame.length) throw new ProtocolError('a query that is cut off');
  const body = parse(requestId, frame.subarray(at, at + length));
  body['$db'] ??= frame.toString('utf8', HEADER + 4, nameEnd).split('.')[0];
  return { requestId, body, sequences: new Map(), silent: false, legacy: true };
}

/** A reply: its fields, and the encoded documents of a cursor's batch, which come first. */
export interface Reply {
  fields: Doc;
  cursor?: {
    batch: 'firstBatch' | 'nextBatch';
    docs: Uint8Array[];
    id: unknown;
    ns: string;
  };
}

let replyId = 0;

export function writeReply(request: { requestId: number; legacy: boolean }, reply: Reply): Buffer {
  const body = reply.cursor ? withCursor(reply.cursor, reply.fields) : [encode(reply.fields)];
  const size = body.reduce((n, part) => n + part.length, 0);
  const head = Buffer.alloc(request.legacy ? HEADER + 20 : HEADER + 5);
  head.writeInt32LE(head.length + size, 0);
  replyId = (replyId + 1) & 0x7fffffff;
  head.writeInt32LE(replyId, 4);
  head.writeInt32LE(request.requestId, 8);
  head.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12);
  if (request.legacy) {
    head.writeInt32LE(8, HEADER);
    head.writeInt32LE(1, HEADER + 16);
  }
  return Buffer.concat([head, ...body]);
}

const inner = (doc: Doc): Uint8Array => encode(doc).subarray(4, -1);

/** Puts encoded documents into `cursor.<batch>` without decoding them. */
function withCursor(cursor: NonNullable<Reply['cursor']>, fields: Doc): Uint8Array[] {
  const { batch, docs, id, ns } = cursor;
  const after = inner({ id, ns });
  const rest = inner(fields);
  const name = Buffer.from(`\x04${batch}\0`, 'latin1');
  let arraySize = 5;
  for (let i = 0; i < docs.length; i++) arraySize += 2 + digits(i) + (docs[i]?.length ?? 0);
  const cursorSize = 4 + name.length + arraySize + after.length + 1;
  const total = 4 + 8 + cursorSize + rest.length + 1;
  const out = Buffer.allocUnsafe(total);
  let at = out.writeInt32LE(total, 0);
  at += out.write('\x03cursor\0', at, 'latin1');
  at = out.writeInt32LE(cursorSize, at);
  at += name.copy(out, at);
  at = out.writeInt32LE(arraySize, at);
  for (const [i, doc] of docs.entries()) {
    out[at++] = 3;
    at += out.write(`${i}\0`, at, 'latin1');
    out.set(doc, at);
    at += doc.length;
  }
  out[at++] = 0;
  out.set(after, at);
  at += after.length;
  out[at++] = 0;
  out.set(rest, at);
  at += rest.length;
  out[at] = 0;
  return [out];
}

const digits = (n: number): number =>
  n < 10 ? 1 : n < 100 ? 2 : n < 1000 ? 3 : n < 10000 ? 4 : n < 100000 ? 5 : String(n).length;
