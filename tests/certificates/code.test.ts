import fc from 'fast-check';
import { formatCode, newCode, newNumber, parseCode } from '../../src/modules/certificates/code';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const code = fc.constant(null).map(newCode);
const position = fc.integer({ min: 0, max: 11 });

const put = (text: string, at: number, letter: string) =>
  text.slice(0, at) + letter + text.slice(at + 1);

describe('certificate codes', () => {
  test('a new code reads back, as printed and as sloppily typed', () => {
    fc.assert(
      fc.property(code, (made) => {
        const printed = formatCode(made);
        expect(printed).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
        const sloppy = ` ${printed.toLowerCase().replaceAll('-', ' – ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
        for (const typed of [made, printed, sloppy]) {
          expect(parseCode(typed)).toEqual({ kind: 'code', code: made });
        }
      }),
    );
  });

  test('one wrong letter is always told', () => {
    fc.assert(
      fc.property(code, position, fc.constantFrom(...ALPHABET), (made, at, letter) => {
        fc.pre(made[at] !== letter);
        expect(parseCode(put(made, at, letter))).toEqual({ kind: 'mistyped' });
      }),
      { numRuns: 2_000 },
    );
  });

  test('two letters that changed places are always told', () => {
    fc.assert(
      fc.property(code, position, position, (made, a, b) => {
        fc.pre(made[a] !== made[b]);
        const swapped = put(put(made, a, made.charAt(b)), b, made.charAt(a));
        expect(parseCode(swapped)).toEqual({ kind: 'mistyped' });
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['', 'hello', '7F3C-9A21', '7F3C-9A21-KX4T-0000', '7F3C-9A21-KX4!', '<script>alert'])(
    '%p is no code',
    (typed) => {
      expect(parseCode(typed)).toEqual({ kind: 'malformed' });
    },
  );

  test('codes and numbers do not repeat', () => {
    const made = Array.from({ length: 5_000 }, newCode);
    expect(new Set(made).size).toBe(made.length);
    expect(newNumber(2026)).toMatch(/^KC-2026-[0-9A-HJKMNP-TV-Z]{8}$/);
  });
});
