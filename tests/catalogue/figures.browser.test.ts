import type { BrowserContextOptions, Page } from 'playwright-core';
import { textsFor } from '../../src/client/figures/train-a-model-texts';
import { type LookSite, startLookSite } from '../look/site';
import { accessibilityFaults, sidewaysScroll, smallTargets, useBrowser } from '../support/browser';

const browser = useBrowser();
let site: LookSite;
beforeAll(async () => {
  site = await startLookSite();
});
afterAll(() => site.close());

/** A lesson in `language` with the figure in it, as the client's loader finds it. */
async function openFigure(options: BrowserContextOptions, language = 'en', query = '') {
  const { page, faults } = await browser.open({ ...options, reducedMotion: 'reduce' });
  await page.goto(`${site.url}/lesson?${query}`);
  await page.evaluate((lang) => {
    const prose = document.querySelector('.k-prose');
    const figure = document.createElement('div');
    figure.dataset['behaviour'] = 'figure-train-a-model';
    figure.lang = lang;
    figure.textContent = 'Without scripts';
    prose?.prepend(figure);
    prose?.dispatchEvent(new Event('kelas:added', { bubbles: true }));
  }, language);
  await page.locator('.tam__card').waitFor();
  return { page, faults };
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');
const phone = { viewport: { width: 375, height: 780 }, hasTouch: true };

test('a learner labels by touch, tests, adds what was missing, and mends a label', async () => {
  const words = textsFor('en');
  const { page, faults } = await openFigure(phone);
  await expect(page.getByText('Without scripts').count()).resolves.toBe(0);
  await page.getByText('Mango 1 of 12: green, hard').waitFor();
  expect(await button(page, words.test).isVisible()).toBe(false);

  for (const ready of [false, true, false, true]) {
    await button(page, ready ? words.ready : words.notReady).tap();
  }
  await page.getByText('Mango 5 of 12: green, gives a little').waitFor();
  expect(await button(page, words.test).isVisible()).toBe(true);
  await button(page, words.fillIn).tap();
  await button(page, words.test).tap();
  await page.getByRole('status').getByText('4 of 6 right, after 12 examples.').waitFor();
  const rows = page.locator('.tam__list > li');
  expect(
    await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-result'))),
  ).toEqual(['right', 'right', 'right', 'right', 'wrong', 'wrong']);
  await page.getByText(words.missing).waitFor();

  await button(page, words.addMissing).tap();
  for (const id of [13, 14, 15]) {
    await page.getByText(`Mango ${id} of 15: green, soft`).waitFor();
    await button(page, words.ready).tap();
  }
  await page.getByRole('status').getByText('6 of 6 right, after 15 examples.').waitFor();
  await page.getByText(words.filled).waitFor();

  await page.locator('.tam__changes > summary').tap();
  await page.getByRole('checkbox', { name: 'Mango 2: yellow, soft' }).tap();
  await page.getByRole('status').getByText('5 of 6 right, after 15 examples.').waitFor();
  await button(page, words.restart).tap();
  await page.getByText('Mango 1 of 12: green, hard').waitFor();
  expect(await page.locator('.tam [role=status]').isVisible()).toBe(false);
  expect(faults).toEqual([]);
});

test('the whole figure works with the keyboard, and the focus never gets lost', async () => {
  const words = textsFor('en');
  const { page } = await openFigure({ viewport: { width: 1280, height: 900 } });
  await button(page, words.ready).focus();
  // Every label "ready": the model then says "ready" everywhere.
  for (let given = 0; given < 12; given++) {
    expect(await focused(page)).toBe(words.ready);
    await page.keyboard.press('Enter');
  }
  expect(await focused(page)).toBe(words.test);
  expect(await page.locator('.tam svg[role=img]').getAttribute('aria-label')).toContain(
    'would say "ready" on 100 per cent of the map',
  );
  await page.keyboard.press('Space');
  await page.getByText('4 of 6 right, after 12 examples.').waitFor();
  // E and F are right by luck, B and D wrong: nothing is missing, but labels are bad.
  await page.getByText(words.notYet).waitFor();
  expect(await focused(page)).toBe(words.restart);
  await page.keyboard.press('Enter');
  expect(await focused(page)).toBe(words.ready);
});

test.each([
  [
    'a small phone, the largest text',
    { viewport: { width: 320, height: 640 } },
    'en',
    'textSize=larger',
  ],
  ['a small phone in Tamil', { viewport: { width: 320, height: 640 } }, 'ta', ''],
  ['a phone in Chinese, dark', { ...phone, colorScheme: 'dark' as const }, 'zh', ''],
  ['a phone with forced colours', { ...phone, forcedColors: 'active' as const }, 'en', ''],
  ['a desk in Malay', { viewport: { width: 1280, height: 900 } }, 'ms', ''],
])('is accessible for %s, before and after the test', async (_reader, options, language, query) => {
  const words = textsFor(language);
  const { page, faults } = await openFigure(options, language, query);
  const check = async () => {
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await smallTargets(page)).toEqual([]);
  };
  await check();
  await button(page, words.fillIn).click();
  await button(page, words.test).click();
  await page.getByText(words.missing).waitFor();
  await page.locator('.tam__changes > summary').click();
  await check();
  expect(faults).toEqual([]);
});
