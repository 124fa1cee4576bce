import type { BrowserContextOptions } from 'playwright-core';
import { accessibilityFaults, sidewaysScroll, smallTargets, useBrowser } from '../support/browser';
import { type LookSite, PAGES, startLookSite } from './site';

const browser = useBrowser();
let site: LookSite;
beforeAll(async () => {
  site = await startLookSite();
});
afterAll(() => site.close());

const at = (width: number, height: number, more: BrowserContextOptions = {}) => ({
  viewport: { width, height },
  ...more,
});

interface Reader {
  reader: string;
  options: BrowserContextOptions;
  query?: string;
  /** False where only the size of things differs from another reader. */
  axe?: boolean;
}

const READERS: Reader[] = [
  { reader: 'a small phone, the largest text', options: at(320, 640), query: 'textSize=larger' },
  {
    reader: 'a small phone in Tamil, large text',
    options: at(320, 640),
    query: 'lang=ta&textSize=large',
    axe: false,
  },
  { reader: 'a phone', options: at(375, 780) },
  {
    reader: 'a phone in Chinese, dark',
    options: at(375, 780, { colorScheme: 'dark' }),
    query: 'lang=zh',
  },
  { reader: 'a phone with forced colours', options: at(375, 780, { forcedColors: 'active' }) },
  { reader: 'a desk', options: at(1280, 900) },
  {
    reader: 'a desk in Malay, dark by choice',
    options: at(1280, 900),
    query: 'lang=ms&theme=dark',
  },
  { reader: 'a desk at 400 % zoom', options: at(320, 225), axe: false },
];

const cases = READERS.flatMap((reader) => Object.keys(PAGES).map((page) => ({ page, ...reader })));

test.each(cases)('$page for $reader', async ({ page: name, options, query = '', axe = true }) => {
  const { page, faults } = await browser.open({ ...options, reducedMotion: 'reduce' });
  await page.goto(`${site.url}/${name}?${query}`);
  if (axe) expect(await accessibilityFaults(page)).toEqual([]);
  expect(await sidewaysScroll(page)).toBe(0);
  expect(await smallTargets(page)).toEqual([]);
  expect(faults).toEqual([]);
});
