import { completionOf, findEnrolmentIn, listCompleted } from '../../src/modules/learning';
import { Enrolment, Fact } from '../../src/modules/learning/model';
import { useApp } from '../support/app';
import {
  auditOf,
  enrolmentRow,
  eventsOf,
  factsOf,
  type Learner,
  makeLearner,
  publishSmallCourse,
} from '../support/factories/learning';

const app = useApp();
const SLUG = 'completing';
const ANY = 'any-two';

beforeAll(async () => {
  await publishSmallCourse(app, SLUG, {
    course: 'completion: { all: [{ viewed: first-steps }, { viewed: second-steps }] }',
  });
  await publishSmallCourse(app, ANY, {
    course:
      'completion: { any: 2, of: [{ viewed: first-steps }, { viewed: third-steps }, { submitted: the-quiz }] }',
  });
});

const view = ({ client, href }: Learner, lesson: string) =>
  client.post(`${href}/${lesson}/viewed`, {}, { Accept: 'application/json' });

test('the last thing completes, and nothing before it', async () => {
  const learner = await makeLearner(app, SLUG);
  const first = await view(learner, 'first-steps');
  expect(first.body).toEqual({ percent: 33, completed: false });
  expect(await enrolmentRow(learner.enrolmentId)).toMatchObject({ status: 'active' });
  const second = await view(learner, 'second-steps');
  expect(second.body).toEqual({ percent: 100, completed: true });
  const row = await enrolmentRow(learner.enrolmentId);
  expect(row).toMatchObject({ status: 'completed', mark: null });
  expect(row.completedAt).toBeInstanceOf(Date);
  expect(await eventsOf('enrolment.completed', learner.enrolmentId)).toBe(1);
  expect(await auditOf(learner.enrolmentId)).toEqual([
    'learning.enrol',
    'learning.viewed',
    'learning.viewed',
    'learning.complete',
  ]);
  const [completed] = await listCompleted(learner.userId);
  expect(completed).toMatchObject({ enrolmentId: learner.enrolmentId, courseSlug: SLUG });
});

test('fifty requests at once for the last thing make one completion, one event, one fact', async () => {
  const learner = await makeLearner(app, SLUG);
  await view(learner, 'first-steps');
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => view(learner, 'second-steps')),
  );
  expect(answers.map(({ body }) => body)).toEqual(
    Array(50).fill({ percent: 100, completed: true }),
  );
  expect(await eventsOf('enrolment.completed', learner.enrolmentId)).toBe(1);
  expect(await factsOf(learner.enrolmentId)).toHaveLength(2);
  expect(await auditOf(learner.enrolmentId)).toHaveLength(4);
});

test('the two last things at once see each other', async () => {
  for (let round = 0; round < 5; round += 1) {
    const learner = await makeLearner(app, SLUG);
    await Promise.all([
      ...Array.from({ length: 5 }, () => view(learner, 'first-steps')),
      ...Array.from({ length: 5 }, () => view(learner, 'second-steps')),
    ]);
    expect(await enrolmentRow(learner.enrolmentId)).toMatchObject({ status: 'completed' });
    expect(await eventsOf('enrolment.completed', learner.enrolmentId)).toBe(1);
  }
});

test('any two of three are enough, and a third changes nothing', async () => {
  const learner = await makeLearner(app, ANY);
  expect((await view(learner, 'third-steps')).body).toMatchObject({ completed: false });
  expect((await view(learner, 'second-steps')).body).toMatchObject({ completed: false });
  expect((await view(learner, 'first-steps')).body).toMatchObject({ completed: true });
  const { completedAt } = await enrolmentRow(learner.enrolmentId);
  const again = await view(learner, 'third-steps');
  expect(again.body).toMatchObject({ percent: 100, completed: true });
  expect(await enrolmentRow(learner.enrolmentId)).toMatchObject({ completedAt });
  expect(await eventsOf('enrolment.completed', learner.enrolmentId)).toBe(1);
});

test('what stands in the enrolment is what its facts say', async () => {
  const learner = await makeLearner(app, ANY);
  for (const lesson of ['third-steps', 'first-steps', 'third-steps']) await view(learner, lesson);
  const { done } = await enrolmentRow(learner.enrolmentId);
  expect(done).toEqual([
    { activityId: 'first-steps', viewed: true, submitted: false, mark: null },
    { activityId: 'third-steps', viewed: true, submitted: false, mark: null },
  ]);
});

test('the check before a certificate counts the facts and believes nothing else', async () => {
  const learner = await makeLearner(app, SLUG);
  await view(learner, 'first-steps');
  await Enrolment.updateOne(
    { _id: learner.enrolmentId },
    { $set: { status: 'completed', completedAt: new Date(), done: [] } },
  );
  expect(await completionOf(learner.enrolmentId)).toMatchObject({
    met: false,
    enrolment: { userId: learner.userId },
    version: { courseSlug: SLUG },
  });
  await Fact.create({
    enrolmentId: learner.enrolmentId,
    activityId: 'second-steps',
    kind: 'viewed',
    at: new Date(),
    key: '',
  });
  expect(await completionOf(learner.enrolmentId)).toMatchObject({ met: true });
  expect(await completionOf('0123456789abcdef01234567')).toBeNull();
});

test('a completed course cannot be left, and stays readable', async () => {
  const learner = await makeLearner(app, SLUG);
  await view(learner, 'first-steps');
  await view(learner, 'second-steps');
  const { client, href, userId } = learner;
  expect((await client.post(`${href}/withdraw`)).status).toBe(409);
  expect((await client.get(`${href}/withdraw`)).headers['location']).toBe(href);
  expect((await client.get(`${href}/first-steps`)).text).toContain('One step.');
  const again = await client.post(`/courses/${SLUG}/enrol`);
  expect(again.headers['location']).toBe(href);
  expect(await findEnrolmentIn(userId, SLUG)).toMatchObject({ status: 'completed' });
});
