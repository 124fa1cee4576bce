import { existsSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';

/** Long, for a machine that is busy: what waits goes on as soon as it can. A file may ask for more. */
jest.setTimeout(300_000);
const PATIENCE_MS = 60_000;

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface TestBrowser {
  /** A page in a context of its own; what goes wrong in it is found in `faults`. */
  open(options?: BrowserContextOptions): Promise<{ page: Page; faults: string[] }>;
}

/** One chromium for the tests of a file; its contexts are closed after each test. */
export function useBrowser(): TestBrowser {
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: findChromium(), args: ARGS });
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });
  afterAll(() => browser?.close());

  return {
    async open(options) {
      if (!browser) throw new Error('The browser runs only inside tests');
      const context = await browser.newContext(options);
      contexts.push(context);
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(message.text());
      });
      return { page, faults };
    },
  };
}

function findChromium(): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = PROGRAMS.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(
    (file) => existsSync(file),
  );
  if (found === undefined) throw new Error('The browser tests need chromium: apt install chromium');
  return found;
}

/** Opens a page of a quiz and waits until its script, which saves the answers, has taken hold. */
export async function gotoQuiz(page: Page, url: string): Promise<void> {
  await page.goto(url);
  // The loader of the page asked for it before: what waits for the script goes on before this does.
  await page.evaluate(
    `import(document.querySelector('script[src*="/quiz-"]').src).then(() => true)`,
  );
}

/** What axe-core finds wrong on the page by WCAG 2.2 A and AA and its best practices, one line each. */
export const accessibilityFaults = (page: Page): Promise<string[]> => axeFaults(page, {});

/** The same of the rules about colours alone: the others cannot change with the colour scheme. */
export const colourFaults = (page: Page): Promise<string[]> =>
  axeFaults(page, { runOnly: ['color-contrast', 'link-in-text-block'] });

async function axeFaults(page: Page, options: axe.RunOptions): Promise<string[]> {
  await page.evaluate(`window.axe ?? (() => { ${axe.source} })()`);
  const { violations } = await page.evaluate<axe.AxeResults>(
    `axe.run(document, ${JSON.stringify({ ...options, resultTypes: ['violations'] })})`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}

/** How many CSS pixels the page is wider than its window: 0 where nothing scrolls sideways. */
export const sidewaysScroll = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const root = document.documentElement;
    return Math.max(0, root.scrollWidth - root.clientWidth);
  });

/**
 * Controls smaller than 44 by 44 CSS pixels, one line each. A link inside a sentence is as high as its
 * line (the exception of WCAG 2.2, 2.5.5); a box is as large as its label; a card's link as its card.
 */
export const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      'a[href], button, summary, select, textarea, input:not([type="hidden"], [aria-hidden="true"])',
    );
    const visible = (element: HTMLElement) =>
      element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) &&
      !element.closest('.ds-skip-link');
    const inSentence = (element: HTMLElement) =>
      element.matches('a') &&
      getComputedStyle(element).display === 'inline' &&
      element.closest('p, li, dd, td, th, figcaption, label') !== null;
    return [...controls]
      .filter((element) => visible(element) && !inSentence(element))
      .flatMap((element) => {
        const target = element.closest<HTMLElement>('label, .k-course__title') ?? element;
        const frame = target.matches('.k-course__title') ? target.closest('.k-course') : target;
        const { width, height } = (frame ?? target).getBoundingClientRect();
        // Half a pixel for rounding.
        if (width >= 43.5 && height >= 43.5) return [];
        return `${Math.round(width)}x${Math.round(height)} ${element.outerHTML.slice(0, 120)}`;
      });
  });
