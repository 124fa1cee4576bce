import { brotliCompressSync } from 'node:zlib';
import mongoose from 'mongoose';
import { useApp } from '../support/app';
import { signedIn } from '../support/factories/accounts';
import {
  auditOf,
  enrolmentRow,
  makeLearner,
  publishSmallCourse,
} from '../support/factories/learning';

const app = useApp();
const SLUG = 'reading';
const SHORT = 'reading-little';

beforeAll(async () => {
  await publishSmallCourse(app, SLUG);
  await publishSmallCourse(app, SHORT, { course: 'completion: { viewed: first-steps }' });
});

describe('my learning', () => {
  test('is empty for a new person, and leads to the courses', async () => {
    const { client } = await signedIn(app);
    const page = await client.get('/learn');
    expect(page.text).toContain('You are not in a course yet');
    expect(page.text).toContain('href="/courses"');
  });

  test('begins with where one was, and the minutes that are left', async () => {
    const { client, href } = await makeLearner(app, SLUG);
    const fresh = await client.get('/learn');
    expect(fresh.text).toContain('Begin here');
    expect(fresh.text).toContain(`href="${href}/first-steps"`);
    expect(fresh.text).toContain('0 of 4 done, about 40 mins left');
    await client.post(`${href}/first-steps/viewed`);
    await client.get(`${href}/second-steps`);
    const later = await client.get('/learn');
    expect(later.text).toContain('Continue where you were');
    expect(later.text).toContain(`href="${href}/second-steps"`);
    expect(later.text).toContain('1 of 4 done, about 30 mins left');
  });

  test('then what else is going, the last touched first', async () => {
    const { client, href } = await makeLearner(app, SLUG);
    const answer = await client.post(`/courses/${SHORT}/enrol`);
    await client.get(`${href}/first-steps`);
    const { text } = await client.get('/learn');
    expect(text.indexOf(`href="${href}/first-steps"`)).toBeGreaterThan(0);
    expect(text.indexOf('Your other courses')).toBeGreaterThan(
      text.indexOf(`href="${href}/first-steps"`),
    );
    expect(text).toContain(`href="${answer.headers['location']}"`);
  });

  test('then what is finished, with its certificate on the way', async () => {
    const { client, href } = await makeLearner(app, SHORT);
    const answer = await client.post(`${href}/first-steps/viewed`);
    expect(answer.headers['location']).toBe(`${href}/finished`);
    const untold = await client.get('/learn');
    expect(untold.text).toContain('You have completed A small course');
    await client.follow(answer);
    const { text } = await client.get('/learn');
    expect(text).not.toContain('You have completed A small course');
    expect(text).toContain('You have finished everything');
    expect(text).toContain('Certificate on its way');
  });

  test('has pages', async () => {
    const { client } = await makeLearner(app, SLUG);
    expect((await client.get('/learn?left=2&finished=3')).status).toBe(200);
    expect((await client.get('/learn?left=abc')).status).toBe(200);
  });
});

describe('a course', () => {
  test('shows its outline with what is done, and leads to what comes next', async () => {
    const { client, href } = await makeLearner(app, SLUG);
    await client.post(`${href}/first-steps/viewed`);
    const { text } = await client.get(href);
    expect(text).toContain('The beginning');
    expect(text).toContain('Next: Second steps');
    expect(text.match(/data-state="done"/g)).toHaveLength(1);
    expect(text.match(/data-state="todo"/g)).toHaveLength(3);
    expect(text).toContain(`href="${href}/withdraw"`);
  });

  test('of someone else is not there, whichever way one asks', async () => {
    const { href } = await makeLearner(app, SLUG);
    const { client } = await signedIn(app);
    await client.get('/learn');
    const pages = ['', '/withdraw', '/finished', '/finished/certificate', '/first-steps'];
    for (const page of [...pages, '/the-quiz', '/the-quiz/question/1', '/the-quiz/check']) {
      expect({ page, status: (await client.get(href + page)).status }).toEqual({
        page,
        status: 404,
      });
    }
    const acts = ['/withdraw', '/language', '/first-steps/viewed', '/the-quiz/start'];
    for (const act of [...acts, '/the-quiz/answer', '/the-quiz/submit']) {
      const { status } = await client.post(href + act, { language: 'zh' });
      expect({ act, status }).toEqual({ act, status: 404 });
    }
  });

  test('is for those who are signed in', async () => {
    const { href } = await makeLearner(app, SLUG);
    const answer = await app.client().get(`${href}/first-steps`);
    expect(answer.headers['location']).toBe(
      `/sign-in?returnTo=${encodeURIComponent(`${href}/first-steps`)}`,
    );
  });

  test('has no lessons but its own', async () => {
    const { client, href } = await makeLearner(app, SLUG);
    expect((await client.get(`${href}/no-such-lesson`)).status).toBe(404);
    expect((await client.post(`${href}/no-such-lesson/viewed`)).status).toBe(404);
    expect((await client.post(`${href}/the-quiz/viewed`)).status).toBe(404);
    expect((await client.post(`${href}/first-steps/start`)).status).toBe(404);
    expect((await client.get('/learn/not-an-id')).status).toBe(404);
  });
});

describe('a lesson', () => {
  test('shows its text, where one is and what comes next', async () => {
    const { client, href } = await makeLearner(app, SLUG);
    const { text } = await client.get(`${href}/second-steps`);
    expect(text).toContain('Two steps.');
    expect(text).toContain('The beginning · 2 of 4');
    expect(text).toContain(`href="${href}/first-steps"`);
    expect(text).toContain('aria-current="page"');
    expect(text).toContain('Done, next');
    expect(text).toContain('data-behaviour="reached-end"');
  });

  test('is not viewed by being opened', async () => {
    const { client, enrolmentId, href } = await makeLearner(app, SLUG);
    await client.get(`${href}/first-steps`);
    await client.get(`${href}/second-steps`);
    expect(await enrolmentRow(enrolmentId)).toMatchObject({
      done: [],
      lastActivityId: 'second-steps',
    });
  });

  test('marked as done leads to the next, and does not ask again', async () => {
    const { client, href } = await makeLearner(app, SLUG);
    await client.get(`${href}/first-steps`);
    const answer = await client.post(`${href}/first-steps/viewed`);
    expect(answer.headers['location']).toBe(`${href}/second-steps`);
    const { text } = await client.get(`${href}/first-steps`);
    expect(text).not.toContain('Done, next');
    expect(text).not.toContain('reached-end');
    expect(text).toContain('1 of 4 done');
  });

  test('is read in the language that one chooses, and the choice stays', async () => {
    const { client, enrolmentId, href } = await makeLearner(app, SLUG);
    const english = await client.get(`${href}/second-steps`);
    expect(english.text).toContain('lang="zh" aria-pressed="false"');
    const answer = await client.post(`${href}/language`, {
      language: 'zh',
      returnTo: `${href}/second-steps`,
    });
    expect(answer.headers['location']).toBe(`${href}/second-steps`);
    const chinese = await client.follow(answer);
    expect(chinese.text).toContain('走两步。');
    expect(chinese.text).toMatch(/class="k-prose" lang="zh"/);
    expect((await client.get(`${href}/first-steps`)).text).toContain('One step.');
    expect(await auditOf(enrolmentId)).toContain('learning.choose-language');
  });

  test('a language that the course does not have is not taken, nor a way to elsewhere', async () => {
    const { client, enrolmentId, href } = await makeLearner(app, SLUG);
    const answer = await client.post(`${href}/language`, {
      language: 'xx',
      returnTo: 'https://elsewhere.example',
    });
    expect(answer.headers['location']).toBe(href);
    expect(await enrolmentRow(enrolmentId)).toMatchObject({ language: null });
  });

  test('takes at most three reads, and one write when one has moved', async () => {
    const { client, href } = await makeLearner(app, SLUG);
    await client.get(`${href}/first-steps`);
    const asked: string[] = [];
    mongoose.set('debug', (collection: string, method: string) =>
      asked.push(`${collection}.${method}`),
    );
    try {
      await client.get(`${href}/first-steps`);
      expect(asked.length).toBeLessThanOrEqual(3);
      asked.length = 0;
      await client.get(`${href}/second-steps`);
      expect(asked.filter((act) => act.endsWith('updateOne'))).toEqual(['enrolments.updateOne']);
      expect(asked.length).toBeLessThanOrEqual(4);
    } finally {
      mongoose.set('debug', false);
    }
  });

  test('weighs less than 10 KB beside its text', async () => {
    const { client, href } = await makeLearner(app, SLUG);
    const { text } = await client.get(`${href}/first-steps`);
    expect(brotliCompressSync(text).length).toBeLessThan(10_240);
  });
});

describe('the end', () => {
  test('says so, shows that the certificate is on its way, and asks for it', async () => {
    const { client, href } = await makeLearner(app, SHORT);
    expect((await client.get(`${href}/finished`)).headers['location']).toBe(href);
    expect((await client.get(`${href}/finished/certificate`)).status).toBe(409);
    const page = await client.follow(await client.post(`${href}/first-steps/viewed`));
    expect(page.text).toContain('You have completed A small course');
    expect(page.text).toContain('Your certificate is on its way');
    expect(page.text).toContain(`data-poll-url="${href}/finished/certificate"`);
    const poll = await client.get(`${href}/finished/certificate`);
    expect(poll.status).toBe(204);
    expect(poll.headers['x-poll']).toBeUndefined();
  });

  test('offers what fits next, and says so when there is nothing left', async () => {
    const { client, href } = await makeLearner(app, SHORT);
    await client.post(`${href}/first-steps/viewed`);
    const more = await client.get(`${href}/finished`);
    expect(more.text).toContain(`href="/courses/${SLUG}"`);
    await client.post(`/courses/${SLUG}/enrol`);
    const none = await client.get(`${href}/finished`);
    expect(none.text).not.toContain(`href="/courses/${SLUG}"`);
    expect(none.text).toContain('You have taken every course there is here');
  });
});
