import { submitDueAttempts } from '../../src/modules/learning';
import { MINUTE, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import {
  enrolmentRow,
  eventsOf,
  factsOf,
  type Learner,
  makeLearner,
  publishSmallCourse,
  QUIZ,
  RIGHT,
} from '../support/factories/learning';

const app = useApp();
const SLUG = 'asking';
const TIMED = 'asking-with-a-limit';

beforeAll(async () => {
  const completion = `completion: { passed: ${QUIZ} }`;
  await publishSmallCourse(app, SLUG, { course: completion });
  await publishSmallCourse(app, TIMED, { course: completion, quiz: 'timeLimitMinutes: 10' });
});
afterEach(() => setClock());

const baseOf = ({ href }: Learner) => `${href}/${QUIZ}`;
const hidden = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

/** Begins and answers what is given, by pages alone. @returns where the last answer led */
async function answerAll(
  learner: Learner,
  answers: Record<string, string>,
): Promise<string | undefined> {
  const { client } = learner;
  const base = baseOf(learner);
  let page = await client.follow(await client.post(`${base}/start`));
  let location: string | undefined;
  for (;;) {
    const question = hidden(page.text, 'question');
    const answer = await client.post(`${base}/answer`, {
      attempt: hidden(page.text, 'attempt'),
      question,
      ...(answers[question] === undefined ? {} : { answer: answers[question] }),
      go: 'next',
    });
    expect(answer.status).toBe(303);
    location = answer.headers['location'];
    if (!location?.includes('/question/')) return location;
    page = await client.get(location);
  }
}

test('begin, answer one question after the other, look over, send, see the result', async () => {
  const learner = await makeLearner(app, SLUG);
  const base = baseOf(learner);
  const { client } = learner;
  const start = await client.get(base);
  expect(start.text).toContain('Check yourself');
  expect(await answerAll(learner, RIGHT)).toBe(`${base}/check`);
  expect((await client.get(`${base}/check`)).status).toBe(200);
  const sent = await client.post(`${base}/submit`);
  expect(sent.headers['location']).toMatch(new RegExp(`^${base}/review/[0-9a-f]{24}$`));
  const review = await client.follow(sent);
  expect(review.status).toBe(200);
  // Completed, and not yet told: what follows is the page that says so.
  expect(review.text).toContain(`href="${learner.href}/finished"`);
  expect(await enrolmentRow(learner.enrolmentId)).toMatchObject({
    status: 'completed',
    mark: 100,
    done: [{ activityId: QUIZ, viewed: false, submitted: true, mark: 100 }],
  });
  expect((await factsOf(learner.enrolmentId)).map(({ kind }) => kind)).toEqual([
    'passed',
    'submitted',
  ]);
  expect(await eventsOf('enrolment.completed', learner.enrolmentId)).toBe(1);
});

test('a failed attempt is a fact, not a completion, and the next one may pass', async () => {
  const learner = await makeLearner(app, SLUG);
  const { client, href, enrolmentId } = learner;
  await answerAll(learner, { sky: 'red', grass: 'red' });
  await client.post(`${baseOf(learner)}/submit`);
  expect(await enrolmentRow(enrolmentId)).toMatchObject({
    status: 'active',
    done: [{ submitted: true, mark: 0 }],
  });
  expect((await client.get(href)).text).toContain('data-state="current"');
  await answerAll(learner, { sky: 'blue', grass: 'red' });
  await client.post(`${baseOf(learner)}/submit`);
  expect(await enrolmentRow(enrolmentId)).toMatchObject({ status: 'completed', mark: 50 });
});

test('without attempts left the course says so and does not send one round in circles', async () => {
  const learner = await makeLearner(app, SLUG);
  const { client, href } = learner;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await answerAll(learner, {});
    await client.post(`${baseOf(learner)}/submit`);
  }
  expect((await client.post(`${baseOf(learner)}/start`)).status).toBe(409);
  const { text } = await client.get(href);
  expect(text).toContain('No attempts left: Check yourself');
  expect(text).not.toContain('Next: ');
  expect((await client.get('/learn')).text).toContain(`href="${href}"`);
});

test('fifty requests to send at once make one result, one completion', async () => {
  const learner = await makeLearner(app, SLUG);
  await answerAll(learner, RIGHT);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => learner.client.post(`${baseOf(learner)}/submit`)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
  expect(await factsOf(learner.enrolmentId)).toHaveLength(2);
  expect(await eventsOf('enrolment.completed', learner.enrolmentId)).toBe(1);
});

test('closing the browser and coming back goes on at the same question', async () => {
  const learner = await makeLearner(app, SLUG);
  const { client } = learner;
  const base = baseOf(learner);
  const page = await client.follow(await client.post(`${base}/start`));
  await client.post(`${base}/answer`, {
    attempt: hidden(page.text, 'attempt'),
    question: 'sky',
    answer: 'blue',
  });
  const again = await client.post(`${base}/start`);
  expect(again.headers['location']).toBe(`${base}/question/2`);
  expect((await client.get('/learn')).text).toContain(`href="${base}"`);
});

test('a script gets its answer saved as JSON, once', async () => {
  const learner = await makeLearner(app, SLUG);
  const { client } = learner;
  const base = baseOf(learner);
  const page = await client.follow(await client.post(`${base}/start`));
  const answer = {
    attempt: hidden(page.text, 'attempt'),
    question: 'sky',
    answer: 'blue',
    answerId: '6f1c2f44-8a47-4e0b-9a55-0e3e1f0f9b11',
  };
  const json = { Accept: 'application/json' };
  expect((await client.post(`${base}/answer`, answer, json)).body).toMatchObject({
    repeated: false,
  });
  expect((await client.post(`${base}/answer`, answer, json)).body).toMatchObject({
    repeated: true,
  });
  await client.post(`${base}/submit`);
  const late = await client.post(
    `${base}/answer`,
    { ...answer, answerId: '6f1c2f44-8a47-4e0b-9a55-0e3e1f0f9b12' },
    json,
  );
  expect(late.status).toBe(409);
  expect(late.body.error.code).toBe('attempt-submitted');
});

test('an answer that the question cannot have shows the same question again', async () => {
  const learner = await makeLearner(app, SLUG);
  const { client } = learner;
  const base = baseOf(learner);
  const first = await client.follow(await client.post(`${base}/start`));
  await client.post(`${base}/answer`, {
    attempt: hidden(first.text, 'attempt'),
    question: 'sky',
    answer: 'blue',
  });
  const page = await client.get(`${base}/question/2`);
  const refused = await client.post(`${base}/answer`, {
    attempt: hidden(page.text, 'attempt'),
    question: 'grass',
    number: hidden(page.text, 'number'),
    answer: 'plaid',
  });
  expect(refused.status).toBe(422);
  expect(hidden(refused.text, 'question')).toBe('grass');
});

test('no attempt open: question, overview and sending lead to the start', async () => {
  const learner = await makeLearner(app, SLUG);
  const { client } = learner;
  const base = baseOf(learner);
  for (const page of ['question/1', 'check']) {
    expect((await client.get(`${base}/${page}`)).headers['location']).toBe(base);
  }
  expect((await client.post(`${base}/submit`)).headers['location']).toBe(base);
  expect((await client.get(`${base}/review/0123456789abcdef01234567`)).status).toBe(404);
});

describe('a time limit', () => {
  const later = (minutes: number) => {
    const time = Date.now() + minutes * MINUTE;
    setClock(() => new Date(time));
  };

  test('over: the next page says so and shows the result of what was answered', async () => {
    const learner = await makeLearner(app, TIMED);
    const { client } = learner;
    const base = baseOf(learner);
    const page = await client.follow(await client.post(`${base}/start`));
    const answer = { attempt: hidden(page.text, 'attempt'), question: 'sky', answer: 'blue' };
    await client.post(`${base}/answer`, answer);
    later(20);
    const refused = await client.post(`${base}/answer`, { ...answer, answer: 'red' });
    expect(refused.headers['location']).toMatch(new RegExp(`^${base}/review/`));
    const review = await client.follow(refused);
    expect(review.text).toContain('The time was over');
    expect(await enrolmentRow(learner.enrolmentId)).toMatchObject({
      status: 'completed',
      mark: 50,
    });
  });

  test.each(['', '/question/1', '/check'])('over: %s leads to the result', async (page) => {
    const learner = await makeLearner(app, TIMED);
    const base = baseOf(learner);
    await learner.client.post(`${base}/start`);
    later(20);
    const answer = await learner.client.get(base + page);
    expect(answer.headers['location']).toMatch(new RegExp(`^${base}/review/`));
  });

  test('over while nobody is there: the job sends in what was answered, once', async () => {
    const learner = await makeLearner(app, TIMED);
    const { client, enrolmentId } = learner;
    await answerAll(learner, RIGHT);
    expect(await submitDueAttempts()).toBe(0);
    expect(await enrolmentRow(enrolmentId)).toMatchObject({ status: 'active' });
    later(20);
    const job = app.rooms
      .flatMap(({ schedules }) => schedules)
      .find(({ id }) => id === 'learning-submit-due-attempts')?.job;
    const run = { jobId: 'due', attempt: 1, last: true };
    await job?.handle({}, run);
    await job?.handle({}, run);
    expect(await enrolmentRow(enrolmentId)).toMatchObject({ status: 'completed', mark: 100 });
    expect(await eventsOf('enrolment.completed', enrolmentId)).toBe(1);
    expect((await client.get('/learn')).text).toContain('You have completed A small course');
  });

  test('over after the person has left: kept, and counted when they come back', async () => {
    const learner = await makeLearner(app, TIMED);
    const { client, href, enrolmentId } = learner;
    await answerAll(learner, RIGHT);
    await client.post(`${href}/withdraw`);
    later(20);
    await submitDueAttempts();
    expect(await enrolmentRow(enrolmentId)).toMatchObject({ status: 'withdrawn' });
    expect(await eventsOf('enrolment.completed', enrolmentId)).toBe(0);
    await client.post(`/courses/${TIMED}/enrol`);
    expect(await enrolmentRow(enrolmentId)).toMatchObject({ status: 'completed' });
    expect(await eventsOf('enrolment.completed', enrolmentId)).toBe(1);
  });
});
