import type { Page } from 'playwright-core';
import { useApp } from '../support/app';
import { useBrowser } from '../support/browser';
import { PASSWORD } from '../support/factories/accounts';
import { type Furnished, furnish } from './furnished';

jest.setTimeout(300_000);

const app = useApp();
const browser = useBrowser();
let site: Furnished;

beforeAll(async () => {
  site = await furnish(app);
}, 300_000);
afterAll(() => site?.close());

const KB = 1024;

interface Weight {
  /** What came over the wire, headers and all, without what the browser had kept. */
  bytes: number;
  requests: number;
}

/** What it takes to open a page, until its pictures in sight and its scripts are there. */
async function weigh(page: Page, path: string): Promise<Weight> {
  const session = await page.context().newCDPSession(page);
  const kept = new Set<string>();
  const weight = { bytes: 0, requests: 0 };
  session.on('Network.requestServedFromCache', ({ requestId }) => kept.add(requestId));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (kept.has(requestId) || encodedDataLength === 0) return;
    weight.bytes += encodedDataLength;
    weight.requests += 1;
  });
  await session.send('Network.enable');
  await page.goto(`${site.url}${path}`, { waitUntil: 'networkidle' });
  await session.detach();
  return weight;
}

test.each([
  ['a phone', { width: 375, height: 740 }],
  ['a desk', { width: 1280, height: 860 }],
])(
  'on %s the first page takes at most 100 KB in 10 requests, each later one 10 KB',
  async (_on, viewport) => {
    const { page } = await browser.open({ viewport });
    const first = await weigh(page, '/courses/ai-at-work');
    expect(first.bytes).toBeLessThanOrEqual(100 * KB);
    expect(first.requests).toBeLessThanOrEqual(10);

    await page.goto(`${site.url}/sign-in`);
    await page.fill('[name="email"]', site.learner.email);
    await page.fill('[name="password"]', PASSWORD);
    await page.click('form[action="/sign-in"] button[type="submit"]');
    await page.waitForURL('**/learn');
    const heavy: Record<string, Weight> = {};
    for (const path of ['/learn', '/courses', '/certificates', '/me', site.enrolment]) {
      const weight = await weigh(page, path);
      if (weight.bytes >= 10 * KB) heavy[path] = weight;
    }
    expect(heavy).toEqual({});
  },
);

test('each lesson takes less than 10 KB in every language, pictures in sight included', async () => {
  const { page } = await browser.open({ viewport: { width: 375, height: 740 } });
  await page.goto(`${site.url}/sign-in`);
  await page.fill('[name="email"]', site.learner.email);
  await page.fill('[name="password"]', PASSWORD);
  await page.click('form[action="/sign-in"] button[type="submit"]');
  await page.waitForURL('**/learn');
  const lessons = site.version.modules
    .flatMap((module) => module.activities)
    .filter(({ kind }) => kind === 'lesson');
  const heavy: Record<string, Weight> = {};
  for (const language of site.version.languages) {
    await page.goto(`${site.url}${site.enrolment}`);
    // The page before is idle too: without its successor's load the wait could be over at once.
    const loaded = page.waitForEvent('load');
    await page.click(`form[action="${site.enrolment}/language"] [value="${language}"]`);
    await loaded;
    // The font of the script comes once, with the first page in it.
    await page.waitForLoadState('networkidle');
    const left = [...lessons];
    const weighRest = async () => {
      const tab = await page.context().newPage();
      for (let lesson = left.shift(); lesson; lesson = left.shift()) {
        const weight = await weigh(tab, `${site.enrolment}/${lesson.id}`);
        if (weight.bytes >= 10 * KB) heavy[`${language} ${lesson.id}`] = weight;
      }
      await tab.close();
    };
    await Promise.all(Array.from({ length: 4 }, weighRest));
  }
  expect(heavy).toEqual({});
});
