import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { saveAnswer, startAttempt } from '../../src/modules/assessment';
import { findPublishedVersion } from '../../src/modules/catalogue';
import { enrol, submitQuiz, viewLesson, withdraw } from '../../src/modules/learning';
import { createOrganisation } from '../../src/modules/organisations';
import { countResults, countStops, rebuildResults } from '../../src/modules/teaching';
import {
  MoveSums,
  QuestionStats,
  type QuestionStatsRow,
  Stops,
} from '../../src/modules/teaching/model';
import { moveSumOf } from '../../src/modules/teaching/results/move-sums';
import {
  addAnswer,
  discriminationOf,
  emptyNumbers,
  medianOf,
} from '../../src/modules/teaching/results/numbers';
import { DAY, MINUTE, now, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { makePerson, signedIn } from '../support/factories/accounts';
import { publishSmallCourse, QUIZ } from '../support/factories/learning';

const app = useApp();
const SLUG = 'counted';
let trainer: Client;
let versionId: string;

/** Someone who takes the quiz once with these answers, so many seconds for each. */
async function take(answers: Record<string, string>, seconds: number): Promise<void> {
  const { userId } = await makePerson();
  const { enrolmentId } = await enrol({ userId, courseSlug: SLUG });
  let time = now().getTime();
  setClock(() => new Date(time));
  const { attemptId } = await startAttempt({ enrolmentId, userId, versionId, activityId: QUIZ });
  for (const [questionId, option] of Object.entries(answers)) {
    time += seconds * 1_000;
    const value = { kind: 'one', option };
    await saveAnswer({ attemptId, userId, questionId, answerId: randomUUID(), value });
  }
  await submitQuiz({ attemptId, userId });
  setClock();
}

const rowsNow = () =>
  QuestionStats.find({ versionId }, { _id: 0 }).sort({ questionId: 1 }).lean<QuestionStatsRow[]>();

beforeAll(async () => {
  const { id: organisationId } = await createOrganisation({
    code: 'kelas-centre',
    name: 'Kelas Centre',
    kind: 'umbrella',
    timeZone: 'Asia/Singapore',
  });
  versionId = (await publishSmallCourse(app, SLUG)).id;
  trainer = (await signedIn(app, { grants: [{ role: 'trainer', organisationId }] })).client;
});
afterEach(() => setClock());

describe('the numbers', () => {
  const answer = (fraction: number, seconds: number | null = null) => ({
    questionId: 'q',
    points: 1,
    fraction,
    verdict: fraction === 1 ? ('right' as const) : ('wrong' as const),
    parts: {},
    answer: null,
    seconds,
  });

  test('discrimination is the correlation with the rest, computed from sums', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 10 })), {
          minLength: 12,
          maxLength: 60,
        }),
        (pairs) => {
          const numbers = emptyNumbers();
          for (const [x, y] of pairs) addAnswer(numbers, answer(x), y / 10);
          const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;
          const [xs, ys] = [pairs.map(([x]) => x), pairs.map(([, y]) => y / 10)];
          const [mx, my] = [mean(xs), mean(ys)];
          const over = mean(xs.map((x, i) => (x - mx) * ((ys[i] ?? 0) - my)));
          const sd = (list: number[], m: number) => Math.sqrt(mean(list.map((v) => (v - m) ** 2)));
          const under = sd(xs, mx) * sd(ys, my);
          const found = discriminationOf(numbers);
          if (under < 1e-6) expect(found).toBeNull();
          else expect(found).toBeCloseTo(over / under, 6);
        },
      ),
    );
  });

  test('too few answers say nothing', () => {
    const numbers = emptyNumbers();
    for (let i = 0; i < 9; i += 1) addAnswer(numbers, answer(i % 2), i / 10);
    expect(discriminationOf(numbers)).toBeNull();
    expect(medianOf(numbers)).toBeNull();
  });

  test('the median is right to a tenth, whatever the order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 5, max: 1_800 }), { minLength: 1, maxLength: 99 }),
        (all) => {
          const numbers = emptyNumbers();
          for (const seconds of all) addAnswer(numbers, answer(1, seconds), null);
          const sorted = all.toSorted((a, b) => a - b);
          const low = sorted[Math.ceil(all.length / 2) - 1] ?? 0;
          const found = medianOf(numbers) ?? 0;
          expect(found).toBeGreaterThan(low * 0.89 - 1);
          expect(found).toBeLessThan(low * 1.12 + 1);
        },
      ),
    );
  });
});

describe('results of questions', () => {
  test('first attempts are counted once, however often and by however many', async () => {
    for (let i = 0; i < 6; i += 1) await take({ sky: 'blue', grass: 'green' }, 10);
    for (let i = 0; i < 5; i += 1) await take({ sky: 'red', grass: 'red' }, 40);
    await take({ sky: 'blue' }, 20);
    await Promise.all([countResults(), countResults(), countResults()]);
    const [grass, sky] = await rowsNow();
    expect(sky).toMatchObject({ attempts: 12, right: 7, wrong: 5, chosen: { blue: 7, red: 5 } });
    expect(grass).toMatchObject({ attempts: 12, right: 6, wrong: 5, unanswered: 1 });
    await countResults();
    expect(await rowsNow()).toEqual([grass, sky]);
    await countResults({ anew: true });
    expect(await rowsNow()).toEqual([grass, sky]);
  });

  test('the page shows them beside the words of the question', async () => {
    const page = await trainer.get(`/teach/courses/${SLUG}/questions`);
    expect(page.text).toContain('What colour is the sky?');
    expect(page.text).toContain('12 answers');
    expect(page.text).toMatch(/Right<\/dt><dd>58%/);
    expect(page.text).toMatch(/Tells apart[^<]*<\/dt><dd>0\.8\d?</);
    expect(page.text).toMatch(/5 · 42%/);
    expect((await trainer.get(`/teach/courses/${SLUG}/questions?quiz=none`)).status).toBe(404);
  });
});

test('where people stop: by what they did last, after two weeks of silence', async () => {
  const slug = 'stopping';
  await publishSmallCourse(app, slug);
  const people = [];
  for (let i = 0; i < 4; i += 1) {
    const { userId } = await makePerson();
    const { enrolmentId } = await enrol({ userId, courseSlug: slug });
    people.push({ userId, enrolmentId });
  }
  const [first, second, third, fourth] = people;
  for (const each of [first, second, third]) {
    if (each) await viewLesson({ ...each, activityId: 'first-steps' });
  }
  if (third) await viewLesson({ ...third, activityId: 'second-steps' });
  if (fourth) await withdraw(fourth);
  await countStops();
  const fresh = await trainer.get(`/teach/courses/${slug}/stops`);
  expect(fresh.text).toContain('4 people have been in this version');
  expect(fresh.text).toContain('1 left or fell silent before the first activity');
  expect(fresh.text).not.toContain('Most stop after');
  setClock(() => new Date(Date.now() + 20 * DAY));
  await countStops();
  const later = await trainer.get(`/teach/courses/${slug}/stops`);
  expect(later.text).toContain('Most stop after “First steps”: 2 people.');
});

test('what is counted is made again from attempts and facts, and is the same', async () => {
  await countResults();
  await countStops({ anew: true });
  const shown = async () => ({
    questions: await rowsNow(),
    stops: await Stops.find({}, { _id: 0, computedAt: 0 }).sort({ versionId: 1 }).lean(),
  });
  const before = await shown();
  expect(before.questions.length).toBeGreaterThan(0);
  await QuestionStats.updateMany({ versionId }, { $set: { right: 99, chosen: {} } });
  await QuestionStats.deleteOne({ versionId });
  await Stops.updateMany({}, { $set: { people: 7 } });
  expect(await shown()).not.toEqual(before);
  const made = await rebuildResults();
  expect(made).toEqual({ attempts: 12, versions: before.stops.length });
  expect(await shown()).toEqual(before);
});

test('the sum of moves is kept, and made again when people come and go', async () => {
  const slug = 'summed';
  setClock(() => new Date(Date.now() - 60 * MINUTE));
  const first = await publishSmallCourse(app, slug);
  const join = async () => {
    const { userId } = await makePerson();
    const { enrolmentId } = await enrol({ userId, courseSlug: slug });
    return { userId, enrolmentId };
  };
  const [one, two] = [await join(), await join()];
  await publishSmallCourse(app, slug, { text: 'Other words.' });
  const second = (await findPublishedVersion(slug))?.id ?? '';
  setClock();
  const people = async () => (await moveSumOf(slug, first.id, second)).people;
  expect(await people()).toBe(2);
  // Kept: what stands there is believed while nobody came, went or was there.
  await MoveSums.updateOne({ fromId: first.id }, { $set: { completing: 42 } });
  expect((await moveSumOf(slug, first.id, second)).completing).toBe(42);
  await withdraw(one);
  expect(await moveSumOf(slug, first.id, second)).toMatchObject({ people: 1, completing: 0 });
  await MoveSums.updateOne({ fromId: first.id }, { $set: { completing: 42 } });
  setClock(() => new Date(Date.now() + 2 * MINUTE));
  expect((await moveSumOf(slug, first.id, second)).completing).toBe(42);
  await viewLesson({ ...two, activityId: 'first-steps' });
  setClock(() => new Date(Date.now() + 4 * MINUTE));
  expect((await moveSumOf(slug, first.id, second)).completing).toBe(0);
});
