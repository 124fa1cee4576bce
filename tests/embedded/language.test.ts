import { describe, expect, it } from '@jest/globals';
import { BSONRegExp, Decimal128, Double, Int32, Long } from 'bson';
import { compileExpression } from '../../src/embedded/document-engine/aggregate/expressions';
import { type Doc, decode, encode } from '../../src/embedded/document-engine/bson/codec';
import { typeName } from '../../src/embedded/document-engine/bson/compare';
import type { Env } from '../../src/embedded/document-engine/env';
import { compileMatch } from '../../src/embedded/document-engine/match';
import { keyTuples, valuesAt } from '../../src/embedded/document-engine/paths';
import { compileSort } from '../../src/embedded/document-engine/sort';
import { compileUpdate } from '../../src/embedded/document-engine/update';

const env: Env = { now: new Date(0), maxRegexMs: 50 };

/** A document as it comes over the wire: every number has its type. */
const wire = (doc: Doc): Doc => decode(encode(doc));

const dec = (s: string) => Decimal128.fromString(s);

/** A value as text, with the type of a number where it is no int. */
function show(v: unknown): string {
  if (Array.isArray(v)) return `[${v.map(show).join(', ')}]`;
  if (v === undefined) return 'missing';
  if (v instanceof Date) return v.toISOString();
  if (typeName(v) === 'object') {
    const fields = Object.entries(v as Doc).map(([k, x]) => `${k}: ${show(x)}`);
    return `{${fields.join(', ')}}`;
  }
  const suffix: Record<string, string> = { double: 'd', long: 'L', decimal: 'D' };
  return `${Object.is(Number(v), -0) && typeName(v) === 'double' ? '-0' : String(v)}${suffix[typeName(v)] ?? ''}`;
}

const matches = (filter: Doc, doc: Doc): boolean => compileMatch(wire(filter), env).test(wire(doc));

describe('regular expressions as PCRE takes them', () => {
  const CASES: [pattern: string, options: string, text: string, matched: boolean][] = [
    ['a.b', '', 'a\nb', false],
    ['a.b', '', 'a\rb', true],
    ['a.b', 's', 'a\nb', true],
    ['^b', '', 'a\nb', false],
    ['^b', 'm', 'a\nb', true],
    // `$` also stands before a last line end, and `\z` does not.
    ['a$', '', 'a\n', true],
    ['a\\z', '', 'a\n', false],
    ['a\\Z', '', 'a\n', true],
    ['\\Aa', 'm', 'b\na', false],
    ['A B # note', 'xi', 'xaby', true],
    ['(?i)straSSe', '', 'STRASSE', true],
    ['a(?i)b', '', 'aB', true],
    ['a(?i)b', '', 'AB', false],
    ['(?i:a)b', '', 'Ab', true],
    ['(?i:[a-c])x', '', 'Bx', true],
    ['É', 'i', 'é', true],
    ['^.$', '', '😀', true],
    ['[[:alpha:]][[:digit:]]', '', 'a1', true],
    ['[]a]', '', ']', true],
    ['[^]a]', '', ']', false],
    ['\\Qa.b\\E', '', 'a.b', true],
    ['\\Qa.b\\E', '', 'axb', false],
    ['(a)(b)\\2\\1', '', 'abba', true],
    ['(?<n>a)\\k<n>', '', 'aa', true],
    ['(?P<n>a)(?P=n)', '', 'aa', true],
    ['a++a', '', 'aaa', false],
    ['(?>a+)a', '', 'aaa', false],
    ['(x)(?>(a)+)(b)\\3', '', 'xaabb', true],
    ['(?<!x)a', '', 'xa', false],
    ['\\x41\\x{1F600}', '', 'A😀', true],
    ['\\p{Lu}\\pN', '', 'É5', true],
    ['a{,2}b', '', 'b', true],
    ['a{x}', '', 'a{x}', true],
    ['}]', '', '}]', true],
    ['a-b_c@d/e', '', 'a-b_c@d/e', true],
    ['[\\w-]+@', '', 'a-b@', true],
    ['\\h\\R', '', ' \r\n', true],
    ['(?#note)a', '', 'a', true],
    ['[a-z&&b]', '', '&', true],
  ];

  it.each(CASES)('/%s/%s on %j is %s', (pattern, options, text, matched) => {
    expect(matches({ v: { $regex: pattern, $options: options } }, { v: text })).toBe(matched);
  });

  const NONE = ['(', '[a', 'a**', '(?<n', '\\', '(?<a>x)\\2', '*a', '\\g{-5}', '[[:constructor:]]'];

  it.each(NONE)('refuses /%s/', (pattern) => {
    expect(() => matches({ v: { $regex: pattern } }, {})).toThrow(
      expect.objectContaining({ code: 51091 }),
    );
  });

  it.each([
    ['^(a+)+$', ''],
    ['^(?=a)(a|aa)+$', 'i'],
    ['(a*)*c', ''],
    ['(.*)*x\\1', ''],
    ['.*.*.*.*.*=', ''],
    ['(a?){30}a{30}c', ''],
    [`${'(?:a|a)'.repeat(30)}c`, ''],
  ])('cuts /%s/%s off when it runs away', (pattern, options) => {
    const text = pattern.startsWith('.') ? 'a'.repeat(4000) : `${'a'.repeat(60)}b`;
    const matcher = compileMatch({ v: new BSONRegExp(pattern, options) }, env);
    const began = performance.now();
    expect(() => matcher.test({ v: text })).toThrow(expect.objectContaining({ code: 50 }));
    expect(performance.now() - began).toBeLessThan(5000);
    expect(matcher.test({ v: 'b' })).toBe(false);
  });
});

describe('paths of a query', () => {
  const CASES: [filter: Doc, doc: Doc, matched: boolean][] = [
    [{ 'a.b': null }, { a: [] }, true],
    [{ 'a.b': null }, { a: [1, 2] }, true],
    [{ 'a.b': null }, { a: [{ b: 1 }] }, false],
    [{ 'a.b': null }, { a: [{ b: 1 }, {}] }, true],
    [{ 'a.b': { $exists: false } }, { a: [{ b: 1 }, {}] }, false],
    [{ 'a.0': 1 }, { a: [1] }, true],
    [{ 'a.0': 1 }, { a: [[1]] }, false],
    [{ 'a.0.b': 1 }, { a: [{ b: 1 }] }, true],
    [{ 'a.b': 1 }, { a: [[{ b: 1 }]] }, false],
    [{ 'a.0.b': 1 }, { a: [[{ b: 1 }]] }, true],
    [{ a: { $gt: 1, $lt: 3 } }, { a: [0, 5] }, true],
    [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, { a: [0, 5] }, false],
    [{ a: { $not: { $elemMatch: { b: 1 } } } }, { a: [{ b: 2 }] }, true],
    [{ a: { $in: [[1, 2]] } }, { a: [1, 2] }, true],
    [{ a: { $all: [[1, 2]] } }, { a: [1, 2] }, true],
    [{ a: { $size: 2 } }, { a: [[1], 2] }, true],
    [{ a: { $gte: null } }, {}, true],
    [{ a: { $gt: null } }, { a: null }, false],
    [{ a: { $lt: 'b' } }, { a: 1 }, false],
    [{ a: { $type: 'number' } }, { a: ['x', 1] }, true],
    [{ a: { $mod: [3, 1] } }, { a: 4.9 }, true],
    [{ a: { b: 1 } }, { a: { b: 1, c: 1 } }, false],
    [{ $expr: { $gt: ['$a', 'x'] } }, { a: 5 }, false],
  ];

  it.each(CASES)('%j on %j is %s', (filter, doc, matched) => {
    expect(matches(filter, doc)).toBe(matched);
  });

  it('gives distinct the elements, and an index the tuples', () => {
    const doc = wire({ a: [{ b: 1, c: 5 }, { b: [2, 3] }], e: [], s: 1 });
    const paths = (...list: string[]) => list.map((p) => p.split('.'));
    const refuse = () => new Error('parallel');
    expect(show(valuesAt(doc, 'a.b'))).toBe('[1, 2, 3]');
    expect(show(keyTuples(doc, paths('a.c', 's'), refuse))).toBe('[[5, 1], [null, 1]]');
    expect(show(keyTuples(doc, paths('a.b', 'a.c'), refuse))).toBe(
      '[[1, 5], [2, null], [3, null]]',
    );
    expect(show(keyTuples(doc, paths('e', 'e.x', 'z'), refuse))).toBe('[[missing, null, null]]');
    expect(() => keyTuples(doc, paths('a.b', 'e'), refuse)).toThrow('parallel');
  });

  it('sorts an array by its least element, or by its greatest', () => {
    const docs = [{ v: [5, 1] }, { v: 2 }, { v: [] }, {}, { v: ['a', 9] }].map(wire);
    const up = compileSort({ v: 1 });
    const down = compileSort({ v: -1 });
    expect(show([...docs].sort(up.compare).map((d) => d['v']))).toBe(
      '[[], missing, [5, 1], 2, [a, 9]]',
    );
    expect(show([...docs].sort(down.compare).map((d) => d['v']))).toBe(
      '[[a, 9], [5, 1], 2, missing, []]',
    );
  });
});

describe('updates', () => {
  const CASES: [label: string, doc: Doc, u: Doc, after: string | number, filters?: Doc[]][] = [
    [
      'new fields by name',
      { z: 1 },
      { $set: { b: 1, a: 2, 'm.y': 1, 'm.x': 2 } },
      '{z: 1, a: 2, b: 1, m: {x: 2, y: 1}}',
    ],
    ['padding', { a: [1] }, { $set: { 'a.3': 5 } }, '{a: [1, null, null, 5]}'],
    ['a type is a change', { a: 1 }, { $set: { a: new Double(1) } }, '{a: 1d}'],
    ['an int grows', { a: 2147483647 }, { $inc: { a: 1 } }, '{a: 2147483648L}'],
    ['a long does not', { a: Long.MAX_VALUE }, { $inc: { a: 1 } }, 2],
    ['decimals keep their digits', { a: dec('0.10') }, { $inc: { a: dec('0.20') } }, '{a: 0.30D}'],
    ['mul of nothing', {}, { $mul: { a: Long.ONE } }, '{a: 0L}'],
    [
      'sort then slice',
      { a: [5, 1] },
      { $push: { a: { $each: [3], $sort: -1, $slice: 2 } } },
      '{a: [5, 3]}',
    ],
    [
      'position from the end',
      { a: [1, 2] },
      { $push: { a: { $each: [9], $position: -1 } } },
      '{a: [1, 9, 2]}',
    ],
    [
      'sets tell documents by order',
      { a: [{ x: 1, y: 2 }] },
      { $addToSet: { a: { y: 2, x: 1 } } },
      '{a: [{x: 1, y: 2}, {y: 2, x: 1}]}',
    ],
    [
      'pull by part of a document',
      { a: [{ x: 1, y: 2 }, { x: 2 }] },
      { $pull: { a: { x: 1 } } },
      '{a: [{x: 2}]}',
    ],
    ['unset of an element', { a: [1, 2] }, { $unset: { 'a.0': 1 } }, '{a: [null, 2]}'],
    [
      'every element',
      { a: [{ b: [1] }, { b: [2] }] },
      { $inc: { 'a.$[].b.$[]': 1 } },
      '{a: [{b: [2]}, {b: [3]}]}',
    ],
    [
      'filtered elements',
      { a: [1, 9] },
      { $set: { 'a.$[x]': 0 } },
      '{a: [1, 0]}',
      [{ x: { $gt: 5 } }],
    ],
    ['a path through a scalar', { a: 1 }, { $set: { 'a.b': 1 } }, 28],
    ['unset through a scalar', { a: 1 }, { $unset: { 'a.b': 1 } }, 'null'],
    ['two operators on one path', { a: 1 }, { $set: { a: 1 }, $inc: { 'a.b': 1 } }, 40],
    ['two names of one element', { a: [1] }, { $set: { 'a.$[]': 1, 'a.0': 2 } }, 40],
    ['the position is not known', { a: [1] }, { $set: { 'a.$': 1 } }, 2],
    ['an unused filter', { a: [1] }, { $set: { b: 1 } }, 9, [{ x: 1 }]],
    [
      'rename keeps the value',
      { a: { b: 1, c: 2 } },
      { $rename: { 'a.b': 'x.y' } },
      '{a: {c: 2}, x: {y: 1}}',
    ],
    ['_id may not change', { _id: 1 }, { $set: { _id: 2 } }, 66],
  ];

  it.each(CASES)('%s', (_label, doc, u, after, ...rest) => {
    const [arrayFilters] = rest;
    const run = () =>
      compileUpdate(wire(u), { env, upsert: false, arrayFilters: arrayFilters?.map(wire) }).apply(
        wire(doc),
        null,
      );
    if (typeof after === 'number') expect(run).toThrow(expect.objectContaining({ code: after }));
    else expect(show(run())).toBe(after);
  });

  it('starts an upsert from what the query makes equal', () => {
    const filter = wire({
      _id: 7,
      a: { $eq: 1 },
      'b.c': { $in: [2] },
      $and: [{ d: 3 }],
      e: { $gt: 1 },
    });
    const updater = compileUpdate(wire({ $set: { x: 1 }, $setOnInsert: { y: 2 } }), {
      env,
      upsert: true,
    });
    expect(show(updater.insertFor(filter))).toBe('{_id: 7, a: 1, b: {c: 2}, d: 3, x: 1, y: 2}');
    expect(() => updater.insertFor(wire({ $and: [{ a: 1 }, { a: 2 }] }))).toThrow(
      expect.objectContaining({ code: 54 }),
    );
  });
});

describe('expressions', () => {
  const evaluate = (spec: unknown, doc: Doc = {}) =>
    show(compileExpression(wire({ spec })['spec'], env)(wire(doc)));

  const CASES: [spec: unknown, result: string][] = [
    [{ $add: [2147483647, 1] }, '2147483648L'],
    [{ $add: [new Double(1), 1] }, '2d'],
    [{ $multiply: [dec('1.10'), 3] }, '3.30D'],
    [{ $divide: [dec('1'), dec('3')] }, '0.3333333333333333333333333333333333D'],
    [{ $sqrt: dec('2') }, '1.414213562373095048801688724209698D'],
    [{ $exp: dec('1') }, '2.718281828459045235360287471352662D'],
    [{ $ln: dec('10') }, '2.302585092994045684017991454684364D'],
    [{ $round: [new Double(2.675), 2] }, '2.67d'],
    [{ $round: [dec('2.665'), 2] }, '2.66D'],
    [{ $round: [25, -1] }, '20'],
    [{ $toDecimal: new Double(0.1) }, '0.100000000000000D'],
    [{ $sum: [dec('0.1'), new Double(0.5), 1] }, '1.6D'],
    [{ $avg: [1, 2] }, '1.5d'],
    [{ $mod: [-7, 3] }, '-1'],
    [{ $pow: [2, 40] }, '1099511627776L'],
    [{ $toInt: dec('-2.9') }, '-2'],
    [{ $toString: new Double(2) }, '2'],
    [{ $toString: new Double(0.00012) }, '0.00012'],
    [{ $toString: new Double(0.000012) }, '1.2e-05'],
    [{ $toString: new Double(9007199254740991) }, '9007199254740991'],
    [{ $toString: new Double(1e16) }, '1e+16'],
    [{ $toString: new Double(-1.25e100) }, '-1.25e+100'],
    [{ $substrCP: ['梅花😀x', 1, 2] }, '花😀'],
    [{ $toUpper: 'é a' }, 'é A'],
    [
      {
        $setUnion: [
          [1, 2],
          [new Double(2), 3],
        ],
      },
      '[1, 2, 3]',
    ],
    [
      { $dateAdd: { startDate: new Date('2024-01-31'), unit: 'month', amount: 1 } },
      '2024-02-29T00:00:00.000Z',
    ],
    [
      {
        $dateTrunc: {
          date: new Date('2024-03-10T12:00:00Z'),
          unit: 'day',
          timezone: 'America/New_York',
        },
      },
      '2024-03-10T05:00:00.000Z',
    ],
    [
      {
        $dateDiff: {
          startDate: new Date('2023-12-31'),
          endDate: new Date('2024-01-01'),
          unit: 'year',
        },
      },
      '1L',
    ],
    [{ $isoWeek: new Date('2021-01-03') }, '53'],
    [
      { $dateToString: { date: new Date(0), format: '%H:%M %z', timezone: '+05:30' } },
      '05:30 +0530',
    ],
    [
      { $dateFromString: { dateString: '7 March 2024 10:00', format: '%d %B %Y %H:%M' } },
      '2024-03-07T10:00:00.000Z',
    ],
    [
      {
        $let: {
          vars: { x: 1 },
          in: { $map: { input: [1, 2], as: 'y', in: { $add: ['$$x', '$$y'] } } },
        },
      },
      '[2, 3]',
    ],
    [
      {
        $reduce: {
          input: [1, 2, 3],
          initialValue: [],
          in: { $concatArrays: [['$$this'], '$$value'] },
        },
      },
      '[3, 2, 1]',
    ],
    [{ $cmp: ['a', 1] }, '1'],
    [{ $type: '$nope' }, 'missing'],
  ];

  it.each(CASES)('%j', (spec, result) => {
    expect(evaluate(spec)).toBe(result);
  });

  it('takes a path over an array as the list of what its documents hold', () => {
    expect(evaluate('$a.b', { a: [{ b: 1 }, { c: 1 }, 5, { b: [2] }] })).toBe('[1, [2]]');
    expect(evaluate('$a.0', { a: [1] })).toBe('[]');
    expect(evaluate('$s.x', { s: 'text' })).toBe('missing');
  });

  it('reads JSON to the last digit, whatever names and texts hold', () => {
    const json = '{"x\\"12": 1, "7": 9007199254740993, "t": "\\"7\\": 9007199254740993"}';
    expect(evaluate({ $toObject: json })).toBe(
      '{x"12: 1, \u00007: 9007199254740993L, t: "7": 9007199254740993}',
    );
    const broken = [`{"a": "${'\\"'.repeat(200_000)}`, '{"\\u0000long": "5"}', '{"a": 01}'];
    for (const input of broken)
      expect(evaluate({ $convert: { input, to: 'object', onError: 'no' } })).toBe('no');
  });

  it('does not take the square of the time for a long text', () => {
    const texts = [`x${' '.repeat(1e6)}x`, `${'a'.repeat(1e6)}!`, 'T '.repeat(5e5)];
    for (const input of texts)
      expect(evaluate({ $convert: { input, to: 'date', onError: 'no' } })).toBe('no');
    expect(evaluate({ $toDate: `${' '.repeat(1000)}2024-02-29 ` })).toBe(
      '2024-02-29T00:00:00.000Z',
    );
    const all = { $regexFindAll: { input: '$s', regex: '' } };
    const last = { $last: all };
    expect(evaluate(last, { s: '😀'.repeat(100_000) })).toBe('{match: , idx: 99999, captures: []}');
    expect(() => evaluate(all, { s: 'a'.repeat(700_000) })).toThrow(
      expect.objectContaining({ code: 51151 }),
    );
    const format = '%z'.repeat(20);
    expect(() =>
      evaluate({ $dateFromString: { dateString: `${'a'.repeat(80)}!`, format } }),
    ).toThrow(expect.objectContaining({ code: 50 }));
  });

  it('keeps the error of a group of doubles', () => {
    const items = Array.from({ length: 10 }, () => new Double(0.1));
    expect(evaluate({ $sum: [items] })).toBe('1d');
    expect(evaluate({ $sum: [[new Double(1e16), new Double(1), new Double(-1e16)]] })).toBe('1d');
    expect(evaluate({ $sum: [[Long.MAX_VALUE, new Int32(1)]] })).toBe('9223372036854776000d');
  });
});
