import fc from 'fast-check';
import { grade, markOf } from '../../src/modules/assessment/grading';
import { readQuantity } from '../../src/modules/assessment/grading/number';
import { normaliseText } from '../../src/modules/assessment/grading/text';
import type { AnswerValue } from '../../src/modules/assessment/types';
import type {
  GapsQuestion,
  MatchingQuestion,
  NumberQuestion,
  OneQuestion,
  OrderingQuestion,
  Question,
  SeveralQuestion,
  TextQuestion,
  TrueFalseQuestion,
} from '../../src/modules/catalogue';

const base = {
  id: 'q',
  tags: [],
  points: 1,
  text: { en: 'Question' },
  feedback: { correct: null, incorrect: null, general: null },
};
const option = (id: string, correct: boolean) => ({
  id,
  text: { en: id },
  correct,
  feedback: null,
});

const one: OneQuestion = { ...base, kind: 'one', options: [option('a', true), option('b', false)] };
const several: SeveralQuestion = {
  ...base,
  kind: 'several',
  grading: 'partial',
  options: [option('a', true), option('b', true), option('c', false), option('d', false)],
};
const strict: SeveralQuestion = { ...several, grading: 'all-or-nothing' };
const trueFalse: TrueFalseQuestion = { ...base, kind: 'true-false', answer: false };
const number: NumberQuestion = {
  ...base,
  kind: 'number',
  answer: 12.5,
  tolerance: 0.5,
  unit: 'km',
  units: [{ unit: 'm', factor: 0.001 }],
  unitRequired: false,
};
const text: TextQuestion = {
  ...base,
  kind: 'text',
  accepted: { en: ['training data', 'café'], zh: ['训练数据'], ta: ['பயிற்சித் தரவு'] },
};
const matching: MatchingQuestion = {
  ...base,
  kind: 'matching',
  pairs: [
    { id: 'p1', left: { en: '1' }, right: { en: 'one' } },
    { id: 'p2', left: { en: '2' }, right: { en: 'two' } },
  ],
  distractors: [{ id: 'd1', text: { en: 'three' } }],
};
const item = (id: string) => ({ id, text: { en: id } });
const ordering: OrderingQuestion = {
  ...base,
  kind: 'ordering',
  items: [item('i1'), item('i2'), item('i3'), item('i4')],
};
const gaps: GapsQuestion = {
  ...base,
  kind: 'gaps',
  gaps: [
    { id: 'g1', accepted: { en: ['examples', 'data'] } },
    { id: 'g2', options: [item('new'), item('same')], answer: 'new' },
  ],
};

const ticks = (...options: string[]): AnswerValue => ({ kind: 'several', options });
const typed = (value: string): AnswerValue => ({ kind: 'number', text: value });
const word = (value: string): AnswerValue => ({ kind: 'text', text: value });
const pairs = (value: Record<string, string>): AnswerValue => ({ kind: 'matching', pairs: value });
const order = (...value: string[]): AnswerValue => ({ kind: 'ordering', order: value });
const fill = (value: Record<string, string>): AnswerValue => ({ kind: 'gaps', gaps: value });

describe('each kind of question', () => {
  test.each<[string, Question, AnswerValue | null, number, string]>([
    ['the right one', one, { kind: 'one', option: 'a' }, 1, 'right'],
    ['a wrong one', one, { kind: 'one', option: 'b' }, 0, 'wrong'],
    ['an option that is not there', one, { kind: 'one', option: 'x' }, 0, 'unanswered'],
    ['nothing', one, null, 0, 'unanswered'],
    ['an answer of another kind', one, word('a'), 0, 'unanswered'],
    ['both right ones', several, ticks('a', 'b'), 1, 'right'],
    ['one of two', several, ticks('a'), 0.5, 'partly'],
    ['one right, one wrong', several, ticks('a', 'c'), 0, 'wrong'],
    ['all ticked', several, ticks('a', 'b', 'c', 'd'), 0, 'wrong'],
    ['both right and a wrong one', several, ticks('a', 'b', 'c'), 0.5, 'partly'],
    ['only wrong ones, never below nothing', several, ticks('c', 'd'), 0, 'wrong'],
    ['none ticked', several, ticks(), 0, 'unanswered'],
    ['the same one twice', several, ticks('a', 'a'), 0.5, 'partly'],
    ['strict: exactly the right ones', strict, ticks('b', 'a'), 1, 'right'],
    ['strict: one is missing', strict, ticks('a'), 0, 'wrong'],
    ['strict: one too many', strict, ticks('a', 'b', 'c'), 0, 'wrong'],
    ['false is right', trueFalse, { kind: 'true-false', value: false }, 1, 'right'],
    ['true is wrong', trueFalse, { kind: 'true-false', value: true }, 0, 'wrong'],
    ['the number', number, typed('12.5'), 1, 'right'],
    ['with a comma and the unit', number, typed('12,5 km'), 1, 'right'],
    [
      'the unit in a translation',
      { ...number, unitNames: { en: 'km', zh: '公里' } },
      typed('12.5公里'),
      1,
      'right',
    ],
    ['at the edge of the tolerance', number, typed('13'), 1, 'right'],
    ['beyond it', number, typed('13.01'), 0, 'wrong'],
    ['in another unit', number, typed('12 500 m'), 1, 'right'],
    ['in another unit, grouped', number, typed('12,500m'), 1, 'right'],
    ['full-width digits', number, typed('１２．５'), 1, 'right'],
    ['Tamil digits', number, typed('௧௨.௫'), 1, 'right'],
    ['an unknown unit', number, typed('12.5 miles'), 0, 'wrong'],
    ['a unit in capitals', number, typed('12.5 KM'), 1, 'right'],
    [
      'the unit is missing where it must be',
      { ...number, unitRequired: true },
      typed('12.5'),
      0,
      'wrong',
    ],
    ['no number', number, typed('twelve'), 0, 'wrong'],
    ['blank', number, typed('  '), 0, 'unanswered'],
    ['a negative number', { ...number, answer: -3, tolerance: 0 }, typed('−3'), 1, 'right'],
    [
      '0.1 + 0.2',
      { ...number, answer: 0.3, tolerance: 0, unit: null, units: [] },
      typed('0.30'),
      1,
      'right',
    ],
    ['capitals and spaces', text, word('  Training   DATA '), 1, 'right'],
    ['punctuation', text, word('“training-data”.'), 1, 'right'],
    ['no accent', text, word('cafe'), 1, 'right'],
    ['another language', text, word('训练数据'), 1, 'right'],
    ['Tamil', text, word('பயிற்சித்  தரவு'), 1, 'right'],
    ['Tamil with another vowel', text, word('பயிற்சித் தரவி'), 0, 'wrong'],
    ['something else', text, word('testing data'), 0, 'wrong'],
    ['all pairs', matching, pairs({ p1: 'p1', p2: 'p2' }), 1, 'right'],
    ['one pair', matching, pairs({ p1: 'p1', p2: 'd1' }), 0.5, 'partly'],
    ['one given, rightly', matching, pairs({ p1: 'p1' }), 0.5, 'partly'],
    ['crossed', matching, pairs({ p1: 'p2', p2: 'p1' }), 0, 'wrong'],
    ['nothing chosen', matching, pairs({ p1: '', p2: '' }), 0, 'unanswered'],
    ['hostile names', matching, pairs({ constructor: 'p1', __proto__: 'p1' }), 0, 'unanswered'],
    ['the right order', ordering, order('i1', 'i2', 'i3', 'i4'), 1, 'right'],
    ['two swapped', ordering, order('i2', 'i1', 'i3', 'i4'), 0.5, 'partly'],
    ['backwards', ordering, order('i4', 'i3', 'i2', 'i1'), 0, 'wrong'],
    ['one item named everywhere', ordering, order('i1', 'i1', 'i1', 'i1'), 0.25, 'partly'],
    ['both gaps', gaps, fill({ g1: 'Examples', g2: 'new' }), 1, 'right'],
    ['one gap', gaps, fill({ g1: 'rules', g2: 'new' }), 0.5, 'partly'],
    ['no gap', gaps, fill({ g1: ' ', g2: '' }), 0, 'unanswered'],
  ])('%s', (_name, question, answer, fraction, verdict) => {
    const result = grade(question, answer);
    expect(result.fraction).toBeCloseTo(fraction, 10);
    expect(result.verdict).toBe(verdict);
  });

  test('the parts say which were right', () => {
    expect(grade(several, ticks('a', 'c')).parts).toEqual({ a: true, c: false });
    expect(grade(matching, pairs({ p1: 'p1', p2: 'd1' })).parts).toEqual({ p1: true, p2: false });
    expect(grade(gaps, fill({ g2: 'same' })).parts).toEqual({ g2: false });
  });
});

describe('numbers as people type them', () => {
  test.each([
    ['1,250', 1250],
    ['1.250,5', 1250.5],
    ['1,250.5', 1250.5],
    ['1 250', 1250],
    ['1’250', 1250],
    ['1,25', 1.25],
    ['1.25', 1.25],
    ['1.234.567', 1_234_567],
    [',5', 0.5],
    ['.5', 0.5],
    ['-0,5', -0.5],
    ['+7', 7],
  ])('%s is %d', (text_, value) => {
    expect(readQuantity(text_)).toEqual({ value, unit: '' });
  });

  test.each(['', 'abc', '1.2.3', '--1', '1,2,3', 'e5', '∞'])('%p is no number', (text_) => {
    expect(readQuantity(text_)).toBeNull();
  });
});

describe('whatever is answered', () => {
  const questions = [one, several, strict, trueFalse, number, text, matching, ordering, gaps];
  const ids = fc.constantFrom(
    'a',
    'b',
    'c',
    'd',
    'p1',
    'p2',
    'd1',
    'i1',
    'i2',
    'i3',
    'g1',
    'x',
    '',
  );
  const answer: fc.Arbitrary<AnswerValue> = fc.oneof(
    fc.record({ kind: fc.constant('one' as const), option: ids }),
    fc.record({ kind: fc.constant('several' as const), options: fc.array(ids) }),
    fc.record({ kind: fc.constant('true-false' as const), value: fc.boolean() }),
    fc.record({ kind: fc.constant('number' as const), text: fc.string() }),
    fc.record({ kind: fc.constant('text' as const), text: fc.string() }),
    fc.record({ kind: fc.constant('matching' as const), pairs: fc.dictionary(ids, ids) }),
    fc.record({ kind: fc.constant('ordering' as const), order: fc.array(ids) }),
    fc.record({ kind: fc.constant('gaps' as const), gaps: fc.dictionary(ids, fc.string()) }),
  );

  test('the share is from 0 to 1, and right means all of it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...questions), answer, (question, given) => {
        const { fraction, verdict } = grade(question, given);
        expect(fraction).toBeGreaterThanOrEqual(0);
        expect(fraction).toBeLessThanOrEqual(1);
        expect(verdict === 'right').toBe(fraction === 1);
        expect(grade(question, given)).toEqual(grade(question, given));
      }),
      { numRuns: 3_000 },
    );
  });

  test('the order of ticks does not matter', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd']), (options) => {
        const backwards = [...options].reverse();
        expect(grade(several, ticks(...options))).toEqual(
          expect.objectContaining({ fraction: grade(several, ticks(...backwards)).fraction }),
        );
      }),
    );
  });

  test('normalising twice is normalising once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const once = normaliseText(value);
        expect(normaliseText(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a mark is a whole number from 0 to 100 and never rounded up', () => {
    const result = fc.record({
      points: fc.integer({ min: 1, max: 10 }),
      fraction: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(result, { minLength: 1 }), (results) => {
        const mark = markOf(results);
        expect(Number.isInteger(mark)).toBe(true);
        expect(mark).toBeGreaterThanOrEqual(0);
        expect(mark).toBeLessThanOrEqual(100);
      }),
    );
    expect(markOf([{ points: 1, fraction: 0.699 }])).toBe(69);
    expect(
      markOf([
        { points: 3, fraction: 1 / 3 },
        { points: 1, fraction: 1 },
      ]),
    ).toBe(50);
    expect(markOf([])).toBe(0);
  });
});
