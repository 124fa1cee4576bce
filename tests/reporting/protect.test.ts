import fc from 'fast-check';
import { type Figures, protectFigures, protectParts } from '../../src/modules/reporting/protect';

/**
 * Every set of parts that a reader could believe in: with the shown ones as they are and the sum as
 * it is. Kept small enough to go through all of them.
 */
function* possible(shown: readonly (number | null)[], total: number): Generator<number[]> {
  const [first, ...rest] = shown;
  if (first === undefined) {
    if (total === 0) yield [];
    return;
  }
  const choices = first === null ? Array.from({ length: total + 1 }, (_, i) => i) : [first];
  for (const choice of choices) {
    if (choice > total) continue;
    for (const others of possible(rest, total - choice)) yield [choice, ...others];
  }
}

const parts = fc.array(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 4 });

test('no part under five is shown, nor found by taking the others from the total', () => {
  fc.assert(
    fc.property(parts, (numbers) => {
      const total = numbers.reduce((sum, number) => sum + number, 0);
      const shown = protectParts(numbers);
      expect(shown.filter((number) => number !== null && number < 5)).toEqual([]);
      if (total < 5) return;
      // Who knows the rule as well believes only in what would have been shown like this.
      const believable = [...possible(shown, total)].filter(
        (guess) => JSON.stringify(protectParts(guess)) === JSON.stringify(shown),
      );
      numbers.forEach((number, i) => {
        if (shown[i] !== null || number >= 5 || numbers.length === 1) return;
        expect(new Set(believable.map((guess) => guess[i])).size).toBeGreaterThan(1);
      });
    }),
    { numRuns: 1_000 },
  );
});

test('where everyone has company enough, everything is shown', () => {
  expect(protectParts([5, 12, 100])).toEqual([5, 12, 100]);
  expect(protectParts([30, 3, 40])).toEqual([null, null, 40]);
  expect(protectParts([4, 3])).toEqual([null, null]);
});

test('no group of figures leaves fewer than five others', () => {
  const figures = fc.integer({ min: 0, max: 40 }).chain((enrolled) =>
    fc.integer({ min: 0, max: enrolled }).chain((completed) =>
      fc.record({
        enrolled: fc.constant(enrolled),
        completed: fc.constant(completed),
        certificates: fc.integer({ min: 0, max: completed }),
        active: fc.integer({ min: 0, max: enrolled }),
        overdue: fc.integer({ min: 0, max: enrolled - completed }),
      }),
    ),
  );
  fc.assert(
    fc.property(figures, (real: Figures) => {
      const shown = protectFigures(real);
      const seen = Object.values(shown).filter((value) => value !== null);
      expect(seen.filter((value) => value < 5)).toEqual([]);
      const { enrolled, completed, certificates, overdue, active } = shown;
      const differences = [
        enrolled !== null && completed !== null ? enrolled - completed : 5,
        enrolled !== null && active !== null ? enrolled - active : 5,
        enrolled !== null && overdue !== null ? enrolled - overdue : 5,
        completed !== null && certificates !== null ? completed - certificates || 5 : 5,
        enrolled !== null && completed !== null && overdue !== null
          ? enrolled - completed - overdue || 5
          : 5,
      ];
      expect(differences.filter((difference) => difference < 5)).toEqual([]);
    }),
  );
});
