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
import { type Doc, invalid, MAX_DEPTH, nameOf, SHORT, tooDeep } from './doc';

/** Writes a document. Plain numbers become ints where they are, else doubles; undefined becomes null. */
export function encode(doc: Doc): Uint8Array {
  const writer = new Writer();
  writer.document(doc, 0);
  return writer.done();
}

// One buffer serves every document that fits, and is copied from at the end.
let scratch: Buffer = Buffer.allocUnsafeSlow(64 * 1024);
const KEPT = 1024 * 1024;

class Writer {
  private b = scratch;
  private at = 0;

  done(): Uint8Array {
    if (this.b.length > scratch.length && this.b.length <= KEPT) scratch = this.b;
    return Buffer.from(this.b.subarray(0, this.at));
  }

  private room(n: number): void {
    if (this.at + n <= this.b.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.b.length * 2, this.at + n));
    this.b.copy(grown, 0, 0, this.at);
    this.b = grown;
  }

  document(doc: Doc | unknown[], depth: number): void {
    if (depth > MAX_DEPTH) throw tooDeep();
    const from = this.at;
    this.room(4);
    this.at += 4;
    if (Array.isArray(doc))
      for (let i = 0; i < doc.length; i++) this.field(String(i), doc[i], depth);
    else for (const k of Object.keys(doc)) this.field(nameOf(k), doc[k], depth);
    this.room(1);
    this.b[this.at++] = 0;
    this.b.writeInt32LE(this.at - from, from);
  }

  private cstring(text: string): void {
    if (text.includes('\0')) throw invalid('a field name contains a null byte');
    this.chars(text);
    this.b[this.at++] = 0;
  }

  /** The text's bytes, with room for one more. */
  private chars(text: string): void {
    const n = text.length;
    this.room(n * 3 + 1);
    const { b } = this;
    if (n <= SHORT) {
      let at = this.at;
      let i = 0;
      for (; i < n; i++) {
        const c = text.charCodeAt(i);
        if (c >= 0x80) break;
        b[at++] = c;
      }
      if (i === n) {
        this.at = at;
        return;
      }
    }
    this.at += b.write(text, this.at);
  }

  private string(text: string): void {
    const from = this.at;
    this.room(4);
    this.at += 4;
    this.chars(text);
    this.b[this.at++] = 0;
    this.b.writeInt32LE(this.at - from - 4, from);
  }

  private bytes(data: Uint8Array): void {
    this.room(data.length);
    this.b.set(data, this.at);
    this.at += data.length;
  }

  private head(type: number, name: string): void {
    this.room(1);
    this.b[this.at++] = type;
    this.cstring(name);
    this.room(8);
  }

  private field(name: string, v: unknown, depth: number) {
    switch (typeof v) {
      case 'string':
        this.head(0x02, name);
        return this.string(v);
      case 'boolean':
        this.head(0x08, name);
        this.b[this.at++] = v ? 1 : 0;
        return;
      case 'number':
        return Number.isInteger(v) && !Object.is(v, -0) && v === (v | 0)
          ? this.int(name, v)
          : this.double(name, v);
      case 'bigint':
        this.head(0x12, name);
        this.at = this.b.writeBigInt64LE(v, this.at);
        return;
      case 'undefined':
        return this.head(0x0a, name);
      default:
        if (v === null) this.head(0x0a, name);
        else this.object(name, v as object, depth);
    }
  }

  private int(name: string, n: number): void {
    this.head(0x10, name);
    this.at = this.b.writeInt32LE(n, this.at);
  }

  private double(name: string, n: number): void {
    this.head(0x01, name);
    this.at = this.b.writeDoubleLE(n, this.at);
  }

  private object(name: string, v: object, depth: number) {
    if (v instanceof Int32) return this.int(name, v.value);
    if (v instanceof Double) return this.double(name, v.value);
    if (v instanceof ObjectId) {
      this.head(0x07, name);
      return this.bytes(v.id);
    }
    if (v instanceof Date) {
      this.head(0x09, name);
      this.at = this.b.writeBigInt64LE(BigInt(v.getTime()), this.at);
      return;
    }
    // A Timestamp is a Long to JavaScript, and comes first.
    if (v instanceof Long) {
      this.head(v instanceof Timestamp ? 0x11 : 0x12, name);
      this.at = this.b.writeInt32LE(v.low | 0, this.at);
      this.at = this.b.writeInt32LE(v.high | 0, this.at);
      return;
    }
    if (v instanceof Decimal128) {
      this.head(0x13, name);
      return this.bytes(v.bytes);
    }
    if (v instanceof Binary) return this.binary(name, v);
    if (v instanceof BSONRegExp) {
      this.head(0x0b, name);
      this.cstring(v.pattern);
      return this.cstring(v.options);
    }
    if (v instanceof Code) return this.code(name, v, depth);
    if (v instanceof BSONSymbol) {
      this.head(0x0e, name);
      return this.string(v.value);
    }
    if (v instanceof MinKey) return this.head(0xff, name);
    if (v instanceof MaxKey) return this.head(0x7f, name);
    this.head(Array.isArray(v) ? 0x04 : 0x03, name);
    this.document(v as Doc, depth + 1);
  }

  private binary(name: string, v: Binary) {
    const data = v.buffer.subarray(0, v.position);
    this.head(0x05, name);
    const old = v.sub_type === 2;
    this.at = this.b.writeInt32LE(data.length + (old ? 4 : 0), this.at);
    this.b[this.at++] = v.sub_type;
    this.room(4);
    if (old) this.at = this.b.writeInt32LE(data.length, this.at);
    this.bytes(data);
  }

  private code(name: string, v: Code, depth: number) {
    if (!v.scope) {
      this.head(0x0d, name);
      return this.string(v.code);
    }
    this.head(0x0f, name);
    const from = this.at;
    this.at += 4;
    this.string(v.code);
    this.document(v.scope as Doc, depth + 1);
    this.b.writeInt32LE(this.at - from, from);
  }
}
