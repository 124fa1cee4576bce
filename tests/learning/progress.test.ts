import fc from 'fast-check';
import type { CompletionRule } from '../../src/modules/catalogue';
import {
  type Fact,
  foldFacts,
  nextActivity,
  progressOf,
  type VersionInBrief,
} from '../../src/modules/learning/progress';

const lesson = (id: string, minutes = 10) => ({ id, kind: 'lesson' as const, minutes });
const quiz = (id: string, passMark = 70, minutes = 5) => ({
  id,
  kind: 'quiz' as const,
  minutes,
  quiz: { passMark },
});

const viewed = (activityId: string): Fact => ({ activityId, kind: 'viewed', mark: null });
const submitted = (activityId: string, mark: number): Fact => ({
  activityId,
  kind: 'submitted',
  mark,
});

const course = (completion: CompletionRule): VersionInBrief => ({
  completion,
  modules: [
    { id: 'm1', activities: [lesson('a', 10), lesson('b', 20), quiz('q1', 70, 10)] },
    { id: 'm2', activities: [lesson('c', 30), quiz('q2', 50, 10)] },
  ],
});

const everything = course({
  kind: 'all',
  of: [
    { kind: 'viewed', activityId: 'a' },
    { kind: 'viewed', activityId: 'b' },
    { kind: 'passed', activityId: 'q1', mark: 70 },
    { kind: 'viewed', activityId: 'c' },
    { kind: 'passed', activityId: 'q2', mark: 50 },
  ],
});

const standing = (version: VersionInBrief, ...facts: Fact[]) =>
  progressOf(version, foldFacts(facts));

describe('a course of which everything is asked', () => {
  test('begins with nothing done and all minutes left', () => {
    const progress = standing(everything);
    expect(progress).toMatchObject({ percent: 0, met: false, minutesLeft: 80, mark: null });
    expect(progress.modules).toEqual([
      { id: 'm1', state: 'todo', done: 0, total: 3 },
      { id: 'm2', state: 'todo', done: 0, total: 2 },
    ]);
  });

  test('weighs by minutes', () => {
    const progress = standing(everything, viewed('b'));
    expect(progress).toMatchObject({ percent: 25, minutesLeft: 60 });
    expect(progress.modules[0]).toMatchObject({ state: 'begun', done: 1 });
  });

  test('a quiz counts with its pass mark, not below', () => {
    expect(standing(everything, submitted('q1', 69)).activities.get('q1')).toBe('begun');
    expect(standing(everything, submitted('q1', 69)).percent).toBe(0);
    expect(standing(everything, submitted('q1', 70)).activities.get('q1')).toBe('done');
  });

  test('the best attempt counts, whichever came last', () => {
    const progress = standing(everything, submitted('q1', 90), submitted('q1', 20));
    expect(progress.activities.get('q1')).toBe('done');
    expect(progress.mark).toBe(90);
  });

  test('is met when the last part is there, with the mean of the marks', () => {
    const all = [viewed('a'), viewed('b'), viewed('c'), submitted('q1', 70)];
    expect(standing(everything, ...all)).toMatchObject({ met: false, minutesLeft: 10 });
    const done = standing(everything, ...all, submitted('q2', 85));
    expect(done).toMatchObject({ met: true, percent: 100, minutesLeft: 0, mark: 78 });
    expect(done.modules.map(({ state }) => state)).toEqual(['done', 'done']);
  });

  test('facts of an activity that is no more change nothing', () => {
    const facts = [viewed('gone'), submitted('renamed', 100)];
    expect(standing(everything, ...facts)).toEqual(standing(everything));
  });
});

describe('rules', () => {
  const met = (rule: CompletionRule, ...facts: Fact[]) => standing(course(rule), ...facts).met;

  test.each<[string, CompletionRule, Fact[], boolean]>([
    ['viewed', { kind: 'viewed', activityId: 'a' }, [viewed('a')], true],
    ['viewed: another lesson', { kind: 'viewed', activityId: 'a' }, [viewed('b')], false],
    ['submitted', { kind: 'submitted', activityId: 'q1' }, [submitted('q1', 0)], true],
    ['submitted: only viewed', { kind: 'submitted', activityId: 'q1' }, [viewed('q1')], false],
    ['passed', { kind: 'passed', activityId: 'q1', mark: 80 }, [submitted('q1', 80)], true],
    ['passed: below', { kind: 'passed', activityId: 'q1', mark: 80 }, [submitted('q1', 79)], false],
  ])('%s', (_name, rule, facts, expected) => {
    expect(met(rule, ...facts)).toBe(expected);
  });

  const twoOfThree: CompletionRule = {
    kind: 'any',
    count: 2,
    of: [
      { kind: 'viewed', activityId: 'a' },
      { kind: 'viewed', activityId: 'b' },
      {
        kind: 'all',
        of: [
          { kind: 'viewed', activityId: 'c' },
          { kind: 'submitted', activityId: 'q2' },
        ],
      },
    ],
  };

  test('any two of three', () => {
    expect(met(twoOfThree, viewed('a'))).toBe(false);
    expect(met(twoOfThree, viewed('a'), viewed('b'))).toBe(true);
    expect(met(twoOfThree, viewed('a'), viewed('c'))).toBe(false);
    expect(met(twoOfThree, viewed('a'), viewed('c'), submitted('q2', 0))).toBe(true);
  });

  test('of a choice the shortest way is what is left', () => {
    expect(standing(course(twoOfThree)).minutesLeft).toBe(30);
    expect([...standing(course(twoOfThree), viewed('b')).needed]).toEqual(['a']);
    expect(standing(course(twoOfThree), viewed('c')).minutesLeft).toBe(20);
  });
});

describe('where to go on', () => {
  const next = (last: string | null, facts: Fact[], closed: string[] = []) =>
    nextActivity(everything, standing(everything, ...facts), last, new Set(closed));

  test.each<[string, string | null, Fact[], string[], string | null]>([
    ['at the beginning', null, [], [], 'a'],
    ['where one was', 'b', [viewed('a')], [], 'b'],
    ['at the next that is needed', 'b', [viewed('b'), submitted('q1', 70)], [], 'c'],
    ['round to what was left out', 'q2', [submitted('q2', 60)], [], 'a'],
    ['past a quiz without attempts', 'q1', [submitted('q1', 10)], ['q1'], 'c'],
    ['at the beginning when the place is no more', 'gone', [], [], 'a'],
  ])('%s', (_name, last, facts, closed, expected) => {
    expect(next(last, facts, closed)).toBe(expected);
  });

  test('nowhere when all is done, or nothing can be done', () => {
    const all = [viewed('a'), viewed('b'), viewed('c'), submitted('q1', 70)];
    expect(next('a', [...all, submitted('q2', 50)])).toBeNull();
    expect(next('a', all, ['q2'])).toBeNull();
  });
});

describe('for every version and every history', () => {
  const ids = ['a', 'b', 'c', 'q1', 'q2'];
  const rule: fc.Arbitrary<CompletionRule> = fc.letrec<{ rule: CompletionRule }>((tie) => ({
    rule: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(
        fc.record({ kind: fc.constant('viewed' as const), activityId: fc.constantFrom(...ids) }),
        fc.record({ kind: fc.constant('submitted' as const), activityId: fc.constantFrom(...ids) }),
        fc.record({
          kind: fc.constant('passed' as const),
          activityId: fc.constantFrom('q1', 'q2'),
          mark: fc.integer({ min: 1, max: 100 }),
        }),
      ),
      fc.record({
        kind: fc.constant('all' as const),
        of: fc.array(tie('rule'), { minLength: 1, maxLength: 5 }),
      }),
      fc
        .array(tie('rule'), { minLength: 1, maxLength: 5 })
        .chain((of) =>
          fc
            .integer({ min: 1, max: of.length })
            .map((count) => ({ kind: 'any' as const, count, of })),
        ),
    ),
  })).rule;
  const fact: fc.Arbitrary<Fact> = fc.oneof(
    fc.constantFrom(...ids, 'gone').map(viewed),
    fc
      .tuple(
        fc.constantFrom('q1', 'q2', 'gone'),
        fc.constantFrom('submitted' as const, 'passed' as const),
        fc.integer({ min: 0, max: 100 }),
      )
      .map(([activityId, kind, mark]) => ({ activityId, kind, mark })),
  );
  const facts = fc.array(fact, { maxLength: 20 });

  test('progress is a whole number from 0 to 100, and 100 exactly when the rule is met', () => {
    fc.assert(
      fc.property(rule, facts, (completion, history) => {
        const { percent, met, minutesLeft, needed } = standing(course(completion), ...history);
        expect(Number.isInteger(percent) && percent >= 0 && percent <= 100).toBe(true);
        expect(percent === 100).toBe(met);
        expect(needed.size === 0).toBe(met);
        expect(minutesLeft).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1_000 },
    );
  });

  test('a further fact never takes progress away', () => {
    fc.assert(
      fc.property(rule, facts, fact, (completion, history, further) => {
        const version = course(completion);
        const before = standing(version, ...history);
        const later = standing(version, ...history, further);
        expect(later.percent).toBeGreaterThanOrEqual(before.percent);
        expect(before.met && !later.met).toBe(false);
        for (const [id, state] of before.activities) {
          if (state === 'done') expect(later.activities.get(id)).toBe('done');
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('neither the order of facts nor a repetition counts, nor folding in steps', () => {
    const twoOrders = facts.chain((history) =>
      fc.tuple(
        fc.constant(history),
        fc.shuffledSubarray(history, { minLength: history.length }),
        fc.nat(history.length),
      ),
    );
    fc.assert(
      fc.property(twoOrders, ([history, shuffled, cut]) => {
        const whole = foldFacts(history);
        expect(foldFacts(shuffled)).toEqual(whole);
        expect(foldFacts([...history, ...shuffled])).toEqual(whole);
        expect(foldFacts(history.slice(cut), foldFacts(history.slice(0, cut)))).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  test('what is needed is enough', () => {
    fc.assert(
      fc.property(rule, facts, (completion, history) => {
        const version = course(completion);
        const { needed } = standing(version, ...history);
        const rest = [...needed].flatMap((id) => [viewed(id), submitted(id, 100)]);
        expect(standing(version, ...history, ...rest).met).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
