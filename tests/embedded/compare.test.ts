import { describe, expect, it } from '@jest/globals';
import {
  Binary,
  BSONRegExp,
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
import { decode, encode } from '../../src/embedded/document-engine/bson/codec';
import {
  compare,
  equal,
  hashKey,
  identical,
  typeName,
} from '../../src/embedded/document-engine/bson/compare';

const dec = (s: string) => Decimal128.fromString(s);
const long = (s: string) => Long.fromString(s);
const oid = (n: number) => new ObjectId(n.toString(16).padStart(24, '0'));

/** Groups of equal values, in MongoDB's order. */
const ORDER: unknown[][] = [
  [new MinKey()],
  [undefined],
  [null],
  [new Double(Number.NaN), dec('NaN')],
  [new Double(Number.NEGATIVE_INFINITY), dec('-Infinity')],
  [long('-9223372036854775808')],
  [new Int32(-1), new Double(-1), dec('-1.0')],
  [new Int32(0), new Double(-0), dec('-0'), dec('0E+5'), Long.ZERO],
  [dec('0.1')],
  // The nearest double to 0.1 is greater than 0.1.
  [new Double(0.1)],
  [new Double(0.5), dec('0.50')],
  [new Int32(1), new Double(1), Long.ONE, dec('1')],
  [new Double(2 ** 53), long('9007199254740992')],
  [long('9007199254740993'), dec('9007199254740993')],
  [new Double(1e300)],
  [dec('1E+400')],
  [new Double(Number.POSITIVE_INFINITY), dec('Infinity')],
  [''],
  ['10'],
  ['9'],
  ['B'],
  ['a'],
  ['ab'],
  ['é'],
  ['\uffff'],
  ['😀'],
  [{}],
  // Objects go by the type of a field before its name.
  [{ a: new Int32(1) }, { a: new Double(1) }],
  [{ a: new Int32(1), b: null }],
  [{ b: new Int32(0) }],
  [{ a: 'x' }],
  [[]],
  [[new Int32(1)]],
  [[new Int32(1), new Int32(0)]],
  [['a']],
  // Binary data goes by length, subtype, bytes.
  [new Binary(Buffer.from('a'), 0)],
  [new Binary(Buffer.from('b'), 0)],
  [new Binary(Buffer.from('a'), 5)],
  [new Binary(Buffer.from('aa'), 0)],
  [oid(1)],
  [oid(2)],
  [false],
  [true],
  [new Date(-5)],
  [new Date(0)],
  [new Timestamp({ t: 1, i: 2 })],
  [new Timestamp({ t: 1, i: 4294967295 })],
  [new Timestamp({ t: 4294967295, i: 0 })],
  [new BSONRegExp('a', 'i')],
  [new BSONRegExp('b', '')],
  [new Code('x')],
  [new Code('x', { a: 1 })],
  [new MaxKey()],
];

describe('the order of BSON values', () => {
  it('is total, and the same from both sides', () => {
    const faults: string[] = [];
    ORDER.forEach((group, i) => {
      ORDER.forEach((other, k) => {
        for (const a of group) {
          for (const b of other) {
            if (Math.sign(compare(a, b)) !== Math.sign(i - k)) {
              faults.push(`${typeName(a)} ${String(a)} with ${typeName(b)} ${String(b)}`);
            }
          }
        }
      });
    });
    expect(faults).toEqual([]);
  });

  it('gives equal values one key, and different values different keys', () => {
    const keys = ORDER.slice(3).map((group) => new Set(group.map(hashKey)));
    for (const group of keys) expect(group.size).toBe(1);
    expect(new Set(keys.map(([key]) => key)).size).toBe(keys.length);
  });

  it('tells equal from identical', () => {
    expect(equal(new Int32(1), new Double(1))).toBe(true);
    expect(identical(new Int32(1), new Double(1))).toBe(false);
    expect(identical(dec('1.0'), dec('1.00'))).toBe(false);
    expect(identical({ a: [new Int32(1)] }, { a: [new Int32(1)] })).toBe(true);
    expect(equal({ a: 1, b: 1 }, { b: 1, a: 1 })).toBe(false);
  });
});

describe('documents as bytes', () => {
  it('keeps every type', () => {
    const doc = { list: ORDER.slice(2).flat() };
    const again = decode(encode(doc));
    expect(identical(again, doc)).toBe(true);
    expect(Buffer.compare(encode(again), encode(doc))).toBe(0);
  });

  it('takes neither a reference nor a field named _bsontype for anything but data', () => {
    const doc = { ref: { $ref: 'users', $id: oid(1), note: 'x' }, odd: { _bsontype: 'Int32' } };
    const again = decode(encode(doc));
    expect(identical(again, doc)).toBe(true);
    expect(typeName(again['odd'])).toBe('object');
  });

  it('refuses bytes that are no document', () => {
    const bytes = encode({ a: 'text', b: { c: [new Int32(1), null] }, d: new Date(0) });
    for (let i = 0; i < bytes.length; i++) {
      for (const wrong of [0, 1, 0x7f, 0xff]) {
        const broken = Uint8Array.from(bytes);
        broken[i] = wrong;
        try {
          decode(broken);
        } catch (error) {
          expect(error).toMatchObject({ code: 22, codeName: 'InvalidBSON' });
        }
      }
      expect(() => decode(bytes.subarray(0, i))).toThrow(expect.objectContaining({ code: 22 }));
    }
    let deep: Record<string, unknown> = {};
    for (let i = 0; i < 250; i++) deep = { deep };
    expect(() => encode(deep)).toThrow(expect.objectContaining({ code: 15 }));
  });
});
