import type { Response } from 'supertest';
import type { PublishedVersion } from '../../src/modules/catalogue';
import { enrol } from '../../src/modules/learning';
import { useApp } from '../support/app';
import { signedIn } from '../support/factories/accounts';
import { plainCourse, publishPlainCourse, SVG } from '../support/factories/catalogue';

const titled = (slug: string, title: string, change: [string, string] = ['', '']) => ({
  'course.yml': (plainCourse(slug)['course.yml'] ?? '')
    .replace('A plain course', title)
    .replace(...change),
});

const cards = (page: Response): string[] =>
  [...page.text.matchAll(/<a href="(\/courses\/[a-z0-9-]+)">/g)].map((match) => match[1] ?? '');

/** A visitor who reads in a language, by their browser's wish. */
const reads = (language: string) => ({ 'Accept-Language': language });

describe('before any course is published', () => {
  const app = useApp();

  test('the list says that the first course is on its way', async () => {
    const page = await app.client().get('/courses');
    expect(page.status).toBe(200);
    expect(page.text).toContain('The first course is on its way');
    expect(page.text).not.toContain('role="search"');
  });

  test('the front page stands without courses', async () => {
    const page = await app.client().get('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('action="/verify"');
  });
});

describe('the public pages', () => {
  const app = useApp();
  let plain: PublishedVersion;

  beforeAll(async () => {
    plain = await publishPlainCourse(app, 'plain', {
      'course.zh.yml': 'title: 简单课程\nsummary: 一课一测。\n',
    });
    await publishPlainCourse(
      app,
      'harder',
      titled('harder', 'Charts & "numbers"', ['beginner', 'advanced']),
    );
    for (let n = 1; n <= 13; n += 1) {
      await publishPlainCourse(
        app,
        `more-${n}`,
        titled(`more-${n}`, `More of it ${String(n).padStart(2, '0')}`, ['ai-literacy', 'sql']),
      );
    }
  }, 120_000);

  describe('/', () => {
    test('shows a stranger what this is, three courses and the check of certificates', async () => {
      const page = await app.client().get('/');
      expect(page.status).toBe(200);
      expect(cards(page)).toHaveLength(3);
      expect(page.text).toContain('See all 15 courses');
      expect(page.text).toContain('name="code"');
      expect(page.text).toContain('href="/sign-up"');
    });

    test('leads someone who is signed in to their learning', async () => {
      const { client } = await signedIn(app);
      const answer = await client.get('/');
      expect([answer.status, answer.headers['location']]).toEqual([303, '/learn']);
    });
  });

  describe('/courses', () => {
    const list = async (query = '', headers = {}) => app.client().get(`/courses${query}`, headers);

    test('lists a page of courses by title and leads to the next page', async () => {
      const first = await list();
      expect(first.text).toContain('15 courses');
      expect(cards(first)).toHaveLength(12);
      expect(cards(first)[0]).toBe('/courses/plain');
      const second = await list('?page=2');
      expect(cards(second)).toHaveLength(3);
      expect(second.text).toContain('href="/courses" aria-label="Page 1"');
    });

    test('a page beyond the last is the last', async () => {
      expect(cards(await list('?page=99'))).toHaveLength(3);
    });

    test('searches in every language and keeps what was typed', async () => {
      const page = await list('?q=%E7%AE%80%E5%8D%95');
      expect(cards(page)).toEqual(['/courses/plain']);
      expect(page.text).toContain('value="简单"');
      expect(page.text).toContain('1 course<');
    });

    test('filters add up, are shown as chips, and each can be taken away', async () => {
      const page = await list('?level=advanced&skill=ai-literacy&q=chart');
      expect(cards(page)).toEqual(['/courses/harder']);
      expect(page.text).toContain(
        'href="/courses?level=advanced&amp;skill=ai-literacy" aria-label="Remove “chart”"',
      );
      expect(page.text).toContain(
        'href="/courses?q=chart&amp;level=advanced" aria-label="Remove Understanding AI"',
      );
      expect(page.text).toMatch(/name="level" value="advanced" checked/);
      expect(page.text).toContain('<meta name="robots" content="noindex">');
    });

    test('says so when nothing fits, and leads back to all', async () => {
      const page = await list('?q=zeppelin');
      expect(page.text).toContain('No course fits');
      expect(page.text).toContain('href="/courses"');
      expect(cards(page)).toEqual([]);
    });

    test.each([
      '?level=easy&page=x&language=fr&length=endless',
      '?q[a]=1&level[]=x',
      '?q=a&q=b&page=-1',
      `?q=${'x'.repeat(1_000)}`,
      '?skill=<script>alert(1)</script>',
    ])('what nobody would type is passed over: %s', async (query) => {
      const page = await list(query);
      expect(page.status).toBe(200);
      expect(page.text).not.toContain('<script>alert');
    });

    test('speaks the visitor’s language and shows a course in it when it can', async () => {
      const page = await list('', reads('zh-CN'));
      expect(page.text).toContain('15门课程');
      expect(page.text).toContain('简单课程');
      expect(page.text).toContain('lang="zh"');
    });
  });

  describe('/courses/:slug', () => {
    const course = async (headers = {}) => app.client().get('/courses/plain', headers);

    test('tells all that one wants to know before enrolling', async () => {
      const page = await course();
      expect(page.status).toBe(200);
      for (const text of [
        'A plain course',
        'One lesson and a quiz.',
        'Do the second thing',
        'Those who test.',
        'The only module',
        'A lesson',
        '8 min',
        '13 min',
        'Beginner',
        'Lim Mei Hua',
        'Understanding AI',
        'CC-BY-4.0',
        '1 hour of study',
      ]) {
        expect(page.text).toContain(text);
      }
      expect(page.text).toContain(
        '<link rel="canonical" href="http://127.0.0.1:3000/courses/plain">',
      );
    });

    test('a stranger signs in first and comes back', async () => {
      expect((await course()).text).toContain('href="/sign-in?returnTo=/courses/plain"');
    });

    test('someone signed in enrols by a form, then goes on', async () => {
      const { client, userId } = await signedIn(app);
      const before = await client.get('/courses/plain');
      expect(before.text).toContain('action="/courses/plain/enrol"');
      const { enrolmentId } = await enrol({ userId, courseSlug: 'plain' });
      const after = await client.get('/courses/plain');
      expect(after.text).toContain(`href="/learn/${enrolmentId}"`);
      expect(after.text).not.toContain('action="/courses/plain/enrol"');
    });

    test('gives search engines a Course with its CourseInstance', async () => {
      const page = await app.client().get('/courses/harder');
      const text = /<script type="application\/ld\+json">([^<]+)<\/script>/.exec(page.text)?.[1];
      expect(JSON.parse(text ?? '')).toMatchObject({
        '@context': 'https://schema.org',
        '@type': 'Course',
        name: 'Charts & "numbers"',
        educationalLevel: 'Advanced',
        inLanguage: ['en'],
        timeRequired: 'PT13M',
        teaches: ['Do the first thing', 'Do the second thing', 'Do the third thing'],
        hasCourseInstance: {
          '@type': 'CourseInstance',
          courseMode: 'Online',
          courseWorkload: 'PT13M',
          instructor: [{ '@type': 'Person', name: 'Lim Mei Hua' }],
        },
      });
    });

    test('marks what is not in the language of the page', async () => {
      const page = await course(reads('ta'));
      expect(page.text).toContain('<h1 lang="en">A plain course</h1>');
    });

    test.each(['/courses/nothing', '/courses/Plain', '/courses/..', '/courses/plain/assets/x.svg'])(
      '%s is not there',
      async (path) => {
        expect((await app.client().get(path)).status).toBe(404);
      },
    );
  });

  describe('pictures', () => {
    test('have an address for ever, and an SVG may only draw', async () => {
      const url = plain.cover?.url ?? '';
      expect(plain.cover).toMatchObject({ width: 320, height: 180 });
      const answer = await app.client().get(url);
      expect(answer.status).toBe(200);
      expect(answer.headers).toMatchObject({
        'content-type': 'image/svg+xml',
        'cache-control': 'public, max-age=31536000, immutable',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        'x-content-type-options': 'nosniff',
      });
      expect(answer.body.toString('utf8')).toBe(SVG);
    });

    test('one that no course has is not there', async () => {
      const answer = await app.client().get(`/courses/plain/assets/${'0'.repeat(32)}.svg`);
      expect(answer.status).toBe(404);
    });
  });
});
