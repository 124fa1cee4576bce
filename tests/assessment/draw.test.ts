import fc from 'fast-check';
import { drawQuestions, questionCount } from '../../src/modules/assessment/draw';
import type { Question, QuizDefinition } from '../../src/modules/catalogue';

const text = (id: string) => ({ en: id });
const base = (id: string, tags: readonly string[] = []) => ({
  id,
  tags,
  points: 1,
  text: text(id),
  feedback: { correct: null, incorrect: null, general: null },
});
const option = (id: string) => ({ id, text: text(id), correct: id === 'o1', feedback: null });
const OPTIONS = ['o1', 'o2', 'o3', 'o4', 'o5'];
const ITEMS = ['i1', 'i2', 'i3'];

const one = (id: string, tags?: readonly string[]): Question => ({
  ...base(id, tags),
  kind: 'one',
  options: OPTIONS.map(option),
});
const ordering: Question = {
  ...base('order'),
  kind: 'ordering',
  items: ITEMS.map((id) => ({ id, text: text(id) })),
};
const matching: Question = {
  ...base('match'),
  kind: 'matching',
  pairs: ['p1', 'p2', 'p3'].map((id) => ({ id, left: text(id), right: text(id) })),
  distractors: [{ id: 'd1', text: text('d1') }],
};
const gaps: Question = {
  ...base('gaps'),
  kind: 'gaps',
  gaps: [
    { id: 'g1', accepted: { en: ['x'] } },
    { id: 'g2', options: OPTIONS.map((id) => ({ id, text: text(id) })), answer: 'o1' },
  ],
};

const quiz = (wishes: Partial<QuizDefinition>): QuizDefinition => ({
  intro: null,
  passMark: 50,
  attempts: null,
  timeLimitMinutes: null,
  shuffleQuestions: false,
  shuffleOptions: false,
  review: { marks: 'after-attempt', feedback: 'after-attempt', answers: 'after-pass' },
  draw: null,
  questions: [one('q1'), ordering, matching, gaps, one('q2')],
  ...wishes,
});

const seed = fc.string({ minLength: 1, maxLength: 32 });
const ids = (drawn: ReturnType<typeof drawQuestions>) => drawn.map(({ questionId }) => questionId);
const sorted = (list: readonly string[] | undefined) => [...(list ?? [])].sort();

test('the same seed draws the same', () => {
  fc.assert(
    fc.property(seed, (each) => {
      const shuffled = quiz({ shuffleQuestions: true, shuffleOptions: true });
      expect(drawQuestions(shuffled, each)).toEqual(drawQuestions(shuffled, each));
    }),
  );
});

test('without shuffling everything stays in the order of the file, except what must not', () => {
  fc.assert(
    fc.property(seed, (each) => {
      const drawn = drawQuestions(quiz({}), each);
      expect(ids(drawn)).toEqual(['q1', 'order', 'match', 'gaps', 'q2']);
      expect(drawn[0]?.orders).toEqual({ options: OPTIONS });
      expect(drawn[3]?.orders).toEqual({ g2: OPTIONS });
      expect(sorted(drawn[1]?.orders['items'])).toEqual(ITEMS);
      expect(drawn[1]?.orders['items']).not.toEqual(ITEMS);
      expect(sorted(drawn[2]?.orders['rights'])).toEqual(['d1', 'p1', 'p2', 'p3']);
    }),
  );
});

test('shuffling loses nothing', () => {
  fc.assert(
    fc.property(seed, (each) => {
      const drawn = drawQuestions(quiz({ shuffleQuestions: true, shuffleOptions: true }), each);
      expect(sorted(ids(drawn))).toEqual(['gaps', 'match', 'order', 'q1', 'q2']);
      for (const { orders } of drawn) {
        for (const order of Object.values(orders)) expect(new Set(order).size).toBe(order.length);
      }
      expect(
        sorted(drawn.find(({ questionId }) => questionId === 'q1')?.orders['options']),
      ).toEqual(OPTIONS);
    }),
  );
});

test('every order comes, about as often', () => {
  const counts = new Map<string, number>();
  for (let round = 0; round < 1200; round += 1) {
    const three = quiz({
      questions: [one('a'), one('b'), one('c')],
      shuffleQuestions: true,
    });
    const order = ids(drawQuestions(three, `seed ${round}`)).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  // 200 each; six standard deviations to either side.
  for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(78);
});

describe('a draw by tag', () => {
  const questions = [
    one('a1', ['a']),
    one('a2', ['a']),
    one('a3', ['a']),
    one('ab', ['a', 'b']),
    one('b1', ['b']),
  ];
  const drawing = quiz({
    questions,
    draw: [
      { tag: 'a', count: 2 },
      { tag: 'b', count: 2 },
    ],
  });

  test('takes as many of each as it says, none twice, in the order of the file', () => {
    fc.assert(
      fc.property(seed, (each) => {
        const drawn = ids(drawQuestions(drawing, each));
        expect(drawn).toHaveLength(questionCount(drawing));
        expect(new Set(drawn).size).toBe(4);
        expect(drawn).toEqual(questions.map(({ id }) => id).filter((id) => drawn.includes(id)));
        // Only these two have the tag b.
        expect(drawn).toEqual(expect.arrayContaining(['ab', 'b1']));
      }),
    );
  });

  test('takes others for another seed', () => {
    const draws = new Set(
      Array.from({ length: 40 }, (_, round) => ids(drawQuestions(drawing, `${round}`)).join()),
    );
    expect(draws.size).toBe(3);
  });
});
