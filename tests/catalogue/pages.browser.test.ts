import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { syncAll } from '../../src/modules/catalogue';
import { COURSES } from '../../src/platform/paths';
import { useApp } from '../support/app';
import { accessibilityFaults, sidewaysScroll, smallTargets, useBrowser } from '../support/browser';
import { plainCourse, publishPlainCourse } from '../support/factories/catalogue';

const LONG =
  'Pengenalan kepada kecerdasan buatan di tempat kerja bagi pekerja pengangkutan, penjagaan kesihatan dan peruncitan';

const PAGES = [
  '/',
  '/courses',
  '/courses?q=a&level=beginner&skill=ai-literacy',
  '/courses?q=zeppelin',
  '/courses/ai-at-work',
  '/courses/long',
];

describe('the public pages in a browser', () => {
  const app = useApp();
  const browser = useBrowser();
  let server: Server;
  let origin: string;

  beforeAll(async () => {
    await syncAll(COURSES, app.platform.storage, { publishFirst: 'always' });
    await publishPlainCourse(app, 'long', {
      'course.yml': (plainCourse('long')['course.yml'] ?? '')
        .replace('A plain course', LONG)
        .replace('level: beginner', 'level: advanced'),
    });
    server = app.app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  const readers = [
    ['a small phone', { viewport: { width: 320, height: 640 } }],
    ['a phone in the dark', { viewport: { width: 375, height: 800 }, colorScheme: 'dark' }],
    ['a desk', { viewport: { width: 1280, height: 900 } }],
    [
      'a phone without scripts',
      { viewport: { width: 375, height: 800 }, javaScriptEnabled: false },
    ],
    ['a phone in Tamil', { viewport: { width: 375, height: 800 }, locale: 'ta' }],
  ] as const;

  test.each(readers)('%s', async (_name, options) => {
    const { page, faults } = await browser.open(options);
    for (const path of PAGES) {
      const answer = await page.goto(origin + path);
      expect([path, answer?.status()]).toEqual([path, 200]);
      if (!('javaScriptEnabled' in options)) {
        expect([path, await accessibilityFaults(page)]).toEqual([path, []]);
      }
      expect([path, await sidewaysScroll(page)]).toEqual([path, 0]);
      expect([path, await smallTargets(page)]).toEqual([path, []]);
    }
    expect(faults).toEqual([]);
  });

  test('a course is found by its words, narrowed and opened with the keyboard alone', async () => {
    const { page } = await browser.open({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${origin}/courses`);
    await page.getByRole('searchbox').focus();
    await page.keyboard.type('scams');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/courses?q=scams');
    await page.getByRole('link', { name: 'AI at work: the basics' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/courses/ai-at-work');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
      'AI at work: the basics',
    );
  });
});
