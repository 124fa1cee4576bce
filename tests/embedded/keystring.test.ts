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
import fc from 'fast-check';
import { compare } from '../../src/embedded/document-engine/bson/compare';
import {
  compoundKey,
  keyOf,
  MAX_KEYSTRING,
  shorten,
} from '../../src/embedded/document-engine/bson/keystring';

const EDGES = [
  0,
  -0,
  1,
  -1,
  0.1,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  1e300,
  -1e300,
  5e-324,
  Infinity,
  NaN,
];

const numbers = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((n) => new Int32(n)),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((n) => new Int32(n)),
  fc.double().map((n) => new Double(n)),
  fc.constantFrom(...EDGES).map((n) => new Double(n)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => Long.fromBigInt(n)),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 5n }).map((n) => Long.fromBigInt(n)),
  fc
    .tuple(
      fc.bigInt({ min: -(10n ** 33n), max: 10n ** 33n }),
      fc.integer({ min: -6000, max: 6000 }),
    )
    .map(([digits, exponent]) => Decimal128.fromString(`${digits}E${exponent}`)),
  fc
    .tuple(fc.integer({ min: -30, max: 30 }), fc.integer({ min: -3, max: 3 }))
    .map(([digits, exponent]) => Decimal128.fromString(`${digits}E${exponent}`)),
  fc
    .constantFrom('NaN', 'Infinity', '-Infinity', '0.1', '9007199254740993', '1E-6000')
    .map((text) => Decimal128.fromString(text)),
);

const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\x01', '\xff', 'é', '名', '😀') }),
  fc.string(),
);

const scalars = fc.oneof(
  numbers,
  texts,
  fc.constantFrom(null, true, false, new MinKey(), new MaxKey()),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => new Binary(bytes, bytes[0] ?? 0)),
  fc.tuple(fc.nat(), fc.nat()).map(([t, i]) => new Timestamp({ t, i })),
  fc
    .tuple(texts, fc.constantFrom('', 'i', 'm'))
    .map(([pattern, options]) => new BSONRegExp(pattern.replaceAll('\0', ''), options)),
  texts.map((text) => new Code(text)),
);

const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'ab', ''), tie('value'), { maxKeys: 3 }),
  ),
}));

// Without the -0 that Math.sign gives for -0.
const sign = (n: number): number => Math.sign(n) || 0;
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

describe('keys of an index', () => {
  it('are in the order of the values, whatever their types', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(order(keyOf(a), keyOf(b))).toBe(sign(compare(a, b)));
      }),
      { numRuns: 5000 },
    );
  });

  it('are in the order of numbers, across int, long, double and decimal', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(order(keyOf(a), keyOf(b))).toBe(sign(compare(a, b)));
      }),
      { numRuns: 5000 },
    );
  });

  it('keep the order field by field, descending ones turned round', () => {
    fc.assert(
      fc.property(scalars, scalars, scalars, scalars, fc.boolean(), (a, b, c, d, down) => {
        // What follows the last value in an entry.
        const end = '\x04record';
        const first = compoundKey([a, c], [down, !down]) + end;
        const second = compoundKey([b, d], [down, !down]) + end;
        const leading = sign(compare(a, b)) * (down ? -1 : 1);
        const trailing = sign(compare(c, d)) * (down ? 1 : -1);
        expect(order(first, second)).toBe(leading || trailing || 0);
      }),
      { numRuns: 5000 },
    );
  });

  it('tell long values apart after they are cut', () => {
    const long = 'x'.repeat(5000);
    const one = shorten(keyOf(`${long}a`));
    const other = shorten(keyOf(`${long}b`));
    expect([one.cut, one.key.length]).toEqual([true, MAX_KEYSTRING]);
    expect(one.key).not.toBe(other.key);
    expect(shorten(keyOf('short'))).toEqual({ key: keyOf('short'), cut: false });
  });
});
