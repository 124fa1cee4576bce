import fc from 'fast-check';
import type { Fault } from '../../src/modules/catalogue';
import { loadCourse } from '../../src/modules/catalogue/source/load-course';
import { inEnglish, plainCourse } from '../support/factories/catalogue';

const base = plainCourse();
const NAMES = Object.keys(base);

/** The faults of a course that is only in memory. */
function faultsIn(files: Record<string, string>): readonly Fault[] {
  const buffers = new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));
  const course = loadCourse({ name: 'plain', files: buffers, hash: '' });
  return 'faults' in course ? course.faults : [];
}

/** Pieces that mean something in YAML or Markdown. */
const piece = fc.oneof(
  fc.constantFrom(
    ':',
    ': ',
    '- ',
    '\n',
    '\n  ',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    '#',
    '&a',
    '*a',
    '!x',
    '|',
    '>',
    '---\n',
    ':::',
    '::: tip',
    '[[g1]]',
    '![](',
    '<b>',
    '\t',
    'null',
    'kind: gaps',
    '- id: x\n',
    '\u0000',
    '中',
  ),
  fc.string({ maxLength: 6 }),
);
const change = fc.record({
  file: fc.constantFrom(...NAMES),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 30 }),
  insert: piece,
});

const apply = (
  changes: readonly { file: string; at: number; remove: number; insert: string }[],
) => {
  const files: Record<string, string> = { ...base };
  for (const { file, at, remove, insert } of changes) {
    const text = files[file] ?? '';
    const place = Math.floor(at * text.length);
    files[file] = text.slice(0, place) + insert + text.slice(place + remove);
  }
  return files;
};

test('whatever is changed, the check answers with faults in words, at lines that are there', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const files = apply(changes);
      for (const { file, line, column, problem, mend } of faultsIn(files).map(inEnglish)) {
        expect(problem.trim()).not.toBe('');
        expect(mend.trim()).not.toBe('');
        expect(`${problem}${mend}`).not.toMatch(/undefined|\[object|NaN/);
        if (line === null) continue;
        const lines = (files[file] ?? '').split('\n').length;
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines + 1);
        expect(column).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns: 400 },
  );
});

test.each([
  ['brackets', 'id: '.concat('['.repeat(100_000))],
  ['dashes', '- '.repeat(100_000)],
  ['indentation', Array.from({ length: 2_000 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
  [
    'references that multiply',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 12 }, (_, n) => `${'bcdefghijklm'[n]}: &${'bcdefghijklm'[n]} [${Array(9).fill(`*${'abcdefghijkl'[n]}`).join(',')}]`).join('\n')}`,
  ],
  ['a reference to itself', 'a: &a [*a]'],
])('%s without end are a fault, not the end of the check', (_name, text) => {
  for (const file of ['course.yml', 'modules/01-only/quiz.yml']) {
    const faults = faultsIn({ ...base, [file]: text });
    expect(faults.filter((fault) => fault.file === file).length).toBeGreaterThan(0);
  }
});
