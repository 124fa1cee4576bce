import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { type Doc, invalid, MAX_DEPTH, SHORT, setOwn, tooDeep } from './doc';

const MAX_DATE = 8_640_000_000_000_000n;

/** Reads a document; throws 22 InvalidBSON for bytes that are none. */
export function decode(bytes: Uint8Array): Doc {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 5 || buffer.readInt32LE(0) !== buffer.length) {
    throw invalid(`a document of ${buffer.length} bytes gives another length`);
  }
  return new Reader(buffer).document(buffer.length, false, 0) as Doc;
}

class Reader {
  private at = 0;
  constructor(private readonly b: Buffer) {}

  document(end: number, isArray: boolean, depth: number): Doc | unknown[] {
    if (depth > MAX_DEPTH) throw tooDeep();
    this.at += 4;
    const list: unknown[] = [];
    const doc: Doc = {};
    for (;;) {
      const type = this.b[this.at++];
      if (type === 0) break;
      if (type === undefined || this.at >= end) throw invalid('a document does not end');
      if (isArray) {
        this.skipName(end);
        list.push(this.value(type, end, depth));
      } else {
        const name = this.name(end);
        setOwn(doc, name, this.value(type, end, depth));
      }
    }
    if (this.at !== end) throw invalid('a document does not end where it says');
    return isArray ? list : doc;
  }

  private skipName(end: number): void {
    const stop = this.b.indexOf(0, this.at);
    if (stop < 0 || stop >= end) throw invalid('a field name does not end');
    this.at = stop + 1;
  }

  private name(end: number): string {
    const from = this.at;
    let text = '';
    let i = from;
    for (; i < end; i++) {
      const c = this.b[i] as number;
      if (c === 0) break;
      if (c >= 0x80 || i - from > SHORT) {
        const stop = this.b.indexOf(0, i);
        if (stop < 0 || stop >= end) throw invalid('a field name does not end');
        this.at = stop + 1;
        return this.b.toString('utf8', from, stop);
      }
      text += String.fromCharCode(c);
    }
    if (i >= end) throw invalid('a field name does not end');
    this.at = i + 1;
    return text;
  }

  private size(end: number, least: number): number {
    if (this.at + 4 > end) throw invalid('a length is cut off');
    const n = this.b.readInt32LE(this.at);
    if (n < least || this.at + n > end) throw invalid('a length leads out of its document');
    return n;
  }

  private text(end: number): string {
    const n = this.size(end, 1);
    const from = this.at + 4;
    const stop = from + n - 1;
    if (stop >= end || this.b[stop] !== 0) throw invalid('a string does not end where it says');
    this.at = stop + 1;
    if (n <= SHORT) {
      let text = '';
      for (let i = from; i < stop; i++) {
        const c = this.b[i] as number;
        if (c >= 0x80) return this.b.toString('utf8', from, stop);
        text += String.fromCharCode(c);
      }
      return text;
    }
    return this.b.toString('utf8', from, stop);
  }

  private take(n: number, end: number): number {
    const from = this.at;
    if (from + n > end) throw invalid('a value is cut off');
    this.at += n;
    return from;
  }

  private copy(n: number, end: number): Buffer {
    const from = this.take(n, end);
    return Buffer.from(this.b.subarray(from, from + n));
  }

  private value(type: number, end: number, depth: number): unknown {
    const { b } = this;
    switch (type) {
      case 0x01:
        return new Double(b.readDoubleLE(this.take(8, end)));
      case 0x02:
        return this.text(end);
      case 0x03:
      case 0x04:
        return this.document(this.at + this.size(end, 5), type === 0x04, depth + 1);
      case 0x05:
        return this.binary(end);
      case 0x06:
      case 0x0a:
        return null;
      case 0x07:
        return new ObjectId(this.copy(12, end));
      case 0x08: {
        const v = b[this.take(1, end)];
        if (v !== 0 && v !== 1) throw invalid('a boolean is neither 0 nor 1');
        return v === 1;
      }
      case 0x09: {
        const ms = b.readBigInt64LE(this.take(8, end));
        if (ms > MAX_DATE || ms < -MAX_DATE) throw invalid('a date lies beyond the year 275760');
        return new Date(Number(ms));
      }
      case 0x0b:
        return regex(this.name(end), this.name(end));
      case 0x0c:
        return { $ref: this.text(end), $id: new ObjectId(this.copy(12, end)) };
      case 0x0d:
        return new Code(this.text(end));
      case 0x0e:
        return new BSONSymbol(this.text(end));
      case 0x0f: {
        this.take(4, end);
        const code = this.text(end);
        return new Code(code, this.document(this.at + this.size(end, 5), false, depth + 1) as Doc);
      }
      case 0x10:
        return new Int32(b.readInt32LE(this.take(4, end)));
      case 0x11: {
        const from = this.take(8, end);
        return new Timestamp({ t: b.readUInt32LE(from + 4), i: b.readUInt32LE(from) });
      }
      case 0x12: {
        const from = this.take(8, end);
        return new Long(b.readInt32LE(from), b.readInt32LE(from + 4));
      }
      case 0x13:
        return new Decimal128(this.copy(16, end));
      case 0xff:
        return new MinKey();
      case 0x7f:
        return new MaxKey();
      default:
        throw invalid(`unknown type ${type} of a field`);
    }
  }

  private binary(end: number): Binary {
    const n = b32(this.b, this.take(4, end));
    const subtype = this.b[this.take(1, end)] as number;
    if (n < 0 || this.at + n > end) throw invalid('binary data leads out of its document');
    if (subtype !== 2) return new Binary(this.copy(n, end), subtype);
    // The old form carries its length a second time.
    if (n < 4 || b32(this.b, this.take(4, end)) !== n - 4) throw invalid('bad old binary data');
    return new Binary(this.copy(n - 4, end), subtype);
  }
}

function regex(pattern: string, options: string): BSONRegExp {
  if (!/^[ilmsux]*$/.test(options))
    throw invalid(`unknown option of a regular expression: ${options}`);
  return new BSONRegExp(pattern, options);
}

const b32 = (b: Buffer, at: number): number => b.readInt32LE(at);
