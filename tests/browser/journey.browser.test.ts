import type { BrowserContextOptions, Page } from 'playwright-core';
import { useBrowser } from '../support/browser';
import { publishSmallCourse } from '../support/factories/learning';
import { useSite } from '../support/site';
import { finger, type Hands, keyboard, mouse } from './hands';
import { complete, enrolIn, join, type Worker } from './worker';

/** Four quizzes and eighteen lessons, on a machine that may be busy. */
jest.setTimeout(600_000);

const site = useSite();
const browser = useBrowser();

beforeAll(async () => {
  await publishSmallCourse(site, 'small-course');
});

let count = 0;
async function newWorker(
  options: BrowserContextOptions,
  handsOf: (page: Page) => Hands,
): Promise<Worker & { faults: string[] }> {
  count += 1;
  const { page, faults } = await browser.open(options);
  return {
    page,
    faults,
    hands: handsOf(page),
    name: `Siti Nurhaliza ${count}`,
    email: `siti-${count}@example.org`,
    password: 'seven umbrellas on a ferry',
  };
}

/** A stranger, in a browser of their own, checks what the certificate says. */
async function checkedByAnyone(link: string, name: string, course: string): Promise<void> {
  const { page, faults } = await browser.open();
  await page.goto(link);
  await page.getByRole('heading', { level: 1, name: 'Valid certificate' }).waitFor();
  await page.getByText(name, { exact: true }).waitFor();
  await page.getByRole('heading', { name: course, exact: true }).waitFor();
  expect(faults).toEqual([]);
}

/** From the page that says "completed" to the link that anyone can check. */
async function takeCertificate({ page, hands }: Worker): Promise<string> {
  const show = page.locator('main a.ds-button[href^="/certificates/"]').first();
  // It comes by itself: the page is not loaded again.
  await show.waitFor();
  await hands.press(show);
  await page.waitForURL(/\/certificates\/[0-9a-f]{24}$/);
  return page.locator('#share-link').inputValue();
}

async function journey(worker: Worker, words: string, slug: string, title: string): Promise<void> {
  await join(site, worker);
  await enrolIn(worker, words, title);
  await complete(worker, slug);
  await worker.page
    .getByRole('heading', { level: 1, name: `You have completed ${title}` })
    .waitFor();
  const link = await takeCertificate(worker);
  await checkedByAnyone(link, worker.name, title);
}

const AI_AT_WORK = ['AI', 'ai-at-work', 'AI at work: the basics'] as const;
const SMALL = ['small', 'small-course', 'A small course'] as const;

test('from joining to a verified certificate on a phone, by touch', async () => {
  const worker = await newWorker({ viewport: { width: 375, height: 740 }, hasTouch: true }, finger);
  await journey(worker, ...AI_AT_WORK);
  expect(worker.faults).toEqual([]);
});

test('the same on a desk, with the keyboard alone', async () => {
  const worker = await newWorker({ viewport: { width: 1280, height: 860 } }, keyboard);
  await journey(worker, ...AI_AT_WORK);
  expect(worker.faults).toEqual([]);
});

test('the same on a desk, with a mouse', async () => {
  const worker = await newWorker({ viewport: { width: 1280, height: 860 } }, mouse);
  await journey(worker, ...SMALL);
  expect(worker.faults).toEqual([]);
});

test('the same without JavaScript', async () => {
  const worker = await newWorker(
    { viewport: { width: 375, height: 740 }, javaScriptEnabled: false },
    mouse,
  );
  await journey(worker, ...SMALL);
});
