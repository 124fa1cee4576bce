import { gzipSync } from 'node:zlib';
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

test('a lesson takes less than 10 KB beside its text and its pictures', async () => {
  const { page } = await browser.open({ viewport: { width: 375, height: 740 } });
  await page.goto(`${site.url}/sign-in`);
  await page.fill('[name="email"]', site.learner.email);
  await page.fill('[name="password"]', PASSWORD);
  await page.click('form[action="/sign-in"] button[type="submit"]');
  await page.waitForURL('**/learn');
  const lessons = site.version.modules.flatMap((module) => module.activities);
  for (const activity of lessons) {
    if (activity.kind !== 'lesson') continue;
    const answer = await page.request.get(`${site.url}${site.enrolment}/${activity.id}`);
    const html = await answer.text();
    const text = activity.html['en'] ?? '';
    expect(html).toContain(text);
    const beside = gzipSync(html).length - gzipSync(text).length;
    expect({ id: activity.id, beside }).toEqual({ id: activity.id, beside: expect.any(Number) });
    expect(beside).toBeLessThan(10 * KB);
  }
});
