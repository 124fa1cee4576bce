import mongoose from 'mongoose';
import { findVersion } from '../../src/modules/catalogue';
import { createOrganisation } from '../../src/modules/organisations';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { signedIn } from '../support/factories/accounts';
import { makeLearner, publishSmallCourse, QUIZ } from '../support/factories/learning';

const app = useApp();
const SLUG = 'previewed';
let trainer: Client;
let base: string;
let versionId: string;

const counted = async () => {
  const names = ['enrolments', 'facts', 'attempts', 'answers', 'audit', 'outbox'];
  const counts: number[] = [];
  for (const name of names) {
    counts.push(await mongoose.connection.collection(name).countDocuments());
  }
  return counts;
};

const hidden = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

beforeAll(async () => {
  const { id: organisationId } = await createOrganisation({
    code: 'kelas-centre',
    name: 'Kelas Centre',
    kind: 'umbrella',
    timeZone: 'Asia/Singapore',
  });
  versionId = (await publishSmallCourse(app, SLUG)).id;
  trainer = (await signedIn(app, { grants: [{ role: 'trainer', organisationId }] })).client;
  base = `/teach/preview/${SLUG}/${versionId}/en`;
});

test('a lesson is the page of a learner, word for word', async () => {
  const learner = await makeLearner(app, SLUG);
  const prose = (html: string) => /<div class="k-prose"[\s\S]*?<\/div>/.exec(html)?.[0];
  const seen = await trainer.get(`${base}/first-steps`);
  const real = await learner.client.get(`${learner.href}/first-steps`);
  expect(prose(seen.text)).toBe(prose(real.text));
  expect(prose(seen.text)).toContain('One step.');
  const chinese = await trainer.post(`${base}/language`, {
    language: 'zh',
    returnTo: `${base}/second-steps`,
  });
  expect((await trainer.follow(chinese)).text).toContain('走两步');
});

test('a quiz can be tried to its review, and nothing is recorded', async () => {
  const before = await counted();
  expect((await trainer.get(base)).text).toContain('First steps');
  const read = await trainer.post(`${base}/first-steps/viewed`);
  expect(read.headers['location']).toBe(`${base}/second-steps`);
  const quiz = `${base}/${QUIZ}`;
  expect((await trainer.get(quiz)).text).toContain('Start the quiz');
  expect((await trainer.get(`${quiz}/question/1`)).headers['location']).toBe(quiz);
  const started = await trainer.post(`${quiz}/start`);
  const first = await trainer.follow(started);
  expect(first.text).toContain('What colour is the sky?');
  const answer = (question: string, value: string) =>
    trainer.post(`${quiz}/answer`, {
      attempt: hidden(first.text, 'attempt'),
      question,
      answer: value,
      go: 'next',
    });
  const second = await answer('sky', 'blue');
  expect(second.headers['location']).toBe(`${quiz}/question/2`);
  expect((await trainer.follow(second)).text).toContain('What colour is the grass?');
  expect((await answer('grass', 'purple')).status).toBe(422);
  expect((await answer('no-such-question', 'red')).status).toBe(404);
  const check = await answer('grass', 'red');
  expect((await trainer.follow(check)).status).toBe(200);
  const review = await trainer.follow(await trainer.post(`${quiz}/submit`));
  expect(review.text).toContain('50%');
  expect((await trainer.get(`${quiz}/question/1`)).headers['location']).toBe(quiz);
  expect((await trainer.follow(await trainer.post(`${quiz}/start`))).text).toContain('sky');
  expect(await counted()).toEqual(before);
});

test('the frame holds it in each width and language, and only our own pages may', async () => {
  const frame = await trainer.get(`/teach/courses/${SLUG}/preview/${versionId}?width=desktop`);
  expect(frame.text).toContain(`<iframe src="${base}"`);
  expect(frame.text).toContain('data-width="desktop"');
  expect(frame.headers['content-security-policy']).toMatch(
    /frame-ancestors 'none'.*frame-src 'self'/,
  );
  const inside = await trainer.get(base);
  expect(inside.headers['content-security-policy']).toContain("frame-ancestors 'self'");
  expect((await trainer.get('/learn')).headers['content-security-policy']).toContain(
    "frame-ancestors 'none'",
  );
});

test('a version of another course is not shown under this one', async () => {
  const other = await publishSmallCourse(app, 'other-course');
  expect(await findVersion(other.id)).not.toBeNull();
  expect((await trainer.get(`/teach/preview/${SLUG}/${other.id}/en`)).status).toBe(404);
  const { client } = await signedIn(app);
  expect((await client.get(base)).status).toBe(403);
});
