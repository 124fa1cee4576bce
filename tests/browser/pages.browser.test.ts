import type { BrowserContextOptions, Page } from 'playwright-core';
import { useApp } from '../support/app';
import {
  accessibilityFaults,
  colourFaults,
  sidewaysScroll,
  smallTargets,
  useBrowser,
} from '../support/browser';
import { PASSWORD } from '../support/factories/accounts';
import { type Furnished, furnish } from './furnished';

jest.setTimeout(600_000);

const app = useApp({ KELAS_DEMO: 'true' });
const browser = useBrowser();
let site: Furnished;

beforeAll(async () => {
  site = await furnish(app);
}, 300_000);
afterAll(() => site?.close());

const PHONE = { width: 375, height: 740 };
const DESK = { width: 1280, height: 860 };

type Visitor = 'anyone' | 'learner' | 'newcomer' | 'staff' | 'trainer' | 'administrator';

async function visit(visitor: Visitor, options: BrowserContextOptions): Promise<Page> {
  const { page } = await browser.open({ baseURL: site.url, ...options });
  if (visitor === 'anyone') return page;
  if (visitor === 'administrator') await site.appoint();
  await page.goto('/sign-in');
  await page.fill('[name="email"]', site[visitor].email);
  await page.fill('[name="password"]', PASSWORD);
  await page.click('form[action="/sign-in"] button[type="submit"]');
  await page.waitForURL('**/learn');
  return page;
}

const pagesOf = (visitor: Visitor): readonly string[] =>
  ({
    anyone: site.open,
    learner: site.own,
    newcomer: site.fresh,
    staff: site.staffed,
    trainer: site.taught,
    administrator: site.administration,
  })[visitor];

/** The administrator last: with one, the page that welcomes the first is gone. */
const VISITORS: readonly Visitor[] = [
  'anyone',
  'learner',
  'newcomer',
  'staff',
  'trainer',
  'administrator',
];

/** GET routes that answer no page: for programs, pictures and parts of pages. */
const NOT_PAGES = [
  '/acts/:actId/progress',
  '/acts/:actId/faults',
  '/staff/enrol/template',
  '/staff/imports/:id/faults',
  '/admin/audit/export.csv',
  // A program of others, tested in tests/admin.
  '/admin/board',
  '/admin/board/*rest',
  '/me/data/download',
  '/staff/people.csv',
  '/staff/reports/:reportId',
  '/staff/people.xlsx',
  '/courses/:slug/assets/:file',
  '/verify/:code.json',
  '/verify/:code/preview.png',
  '/.well-known/did.json',
  '/.well-known/jwks.json',
  '/api/openapi.json',
  '/credentials/status/:list',
  '/credentials/:code',
  '/credentials/:code.json',
  '/credentials/:code.jwt',
  '/credentials/:code.png',
  '/credentials/:code.svg',
  '/certificates/for/:enrolmentId',
  '/certificates/:certificateId/pdf',
  '/staff/certificates/:certificateId/pdf',
  '/staff/certificates/designs/example.typ',
  '/staff/certificates/designs/:design/preview.svg',
  '/learn/:enrolmentId/finished/certificate',
  '/teach/courses/:slug/versions/:versionId/archive',
  // The pages of a quiz, which are visited as those of a learner.
  '/teach/preview/:slug/:versionId/:language/:activityId/question/:number',
  '/teach/preview/:slug/:versionId/:language/:activityId/check',
  '/teach/preview/:slug/:versionId/:language/:activityId/review/:attemptId',
];

const pageRoutes = (): string[] =>
  app.rooms
    .flatMap(({ routes: own }) => own)
    .filter(({ method, path }) => method === 'get' && !NOT_PAGES.includes(path))
    .map(({ path }) => path);

const routeOf = (page: string, routes: readonly string[]): string | undefined => {
  const path = page.split('?')[0] ?? '';
  return routes.find((route) =>
    new RegExp(`^${route.replaceAll(/:[a-zA-Z]+/g, '[^/]+')}$`).test(path),
  );
};

/** Three pages of each route: more lessons of one course tell nothing new about a wide window. */
function someOfEach(pages: readonly string[]): string[] {
  const routes = pageRoutes();
  const seen = new Map<string | undefined, number>();
  return pages.filter((page) => {
    const route = routeOf(page, routes);
    const count = (seen.get(route) ?? 0) + 1;
    seen.set(route, count);
    return count <= 3;
  });
}

test('every page of every room is among them', () => {
  const routes = pageRoutes();
  const reached = new Set(VISITORS.flatMap(pagesOf).map((page) => routeOf(page, routes)));
  expect(routes.filter((route) => !reached.has(route))).toEqual([]);
});

describe.each(VISITORS)('the pages of %s', (visitor) => {
  test('are accessible on a phone, light and dark', async () => {
    const page = await visit(visitor, { viewport: PHONE, colorScheme: 'light', hasTouch: true });
    const faults: Record<string, string[]> = {};
    for (const path of pagesOf(visitor)) {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(path);
      const found = await accessibilityFaults(page);
      found.push(...(await smallTargets(page)));
      await page.emulateMedia({ colorScheme: 'dark' });
      found.push(...(await colourFaults(page)).map((fault) => `dark: ${fault}`));
      const sideways = await sidewaysScroll(page);
      if (sideways > 0) found.push(`scrolls sideways by ${sideways} px`);
      if (found.length > 0) faults[path] = found;
    }
    expect(faults).toEqual({});
  });

  test('are accessible on a desk', async () => {
    const page = await visit(visitor, { viewport: DESK, colorScheme: 'light' });
    const faults: Record<string, string[]> = {};
    for (const path of someOfEach(pagesOf(visitor))) {
      await page.goto(path);
      const found = await accessibilityFaults(page);
      const sideways = await sidewaysScroll(page);
      if (sideways > 0) found.push(`scrolls sideways by ${sideways} px`);
      if (found.length > 0) faults[path] = found;
    }
    expect(faults).toEqual({});
  });

  test('say what they are about without scripts', async () => {
    const page = await visit(visitor, { viewport: PHONE, javaScriptEnabled: false });
    for (const path of pagesOf(visitor)) {
      await page.goto(path);
      expect({ path, headings: await page.locator('h1').count() }).toEqual({ path, headings: 1 });
      // Nothing waits for a script: what a script hides or fills is not needed.
      expect({ path, title: await page.title() }).toEqual({
        path,
        title: expect.stringMatching(/\S/),
      });
    }
  });
});

describe.each(['light', 'dark'] as const)('forms that came back, %s', (colorScheme) => {
  test.each<[Visitor, string]>([
    ['anyone', '/sign-up'],
    ['anyone', '/sign-in'],
    ['anyone', '/forgot'],
    ['learner', '/enrol'],
    ['learner', '/me/name'],
    ['learner', '/me/email'],
    ['learner', '/me/password'],
  ])('for %s: %s', async (visitor, path) => {
    const page = await visit(visitor, { viewport: PHONE, colorScheme });
    await page.goto(path);
    await page.locator('main input.ds-input:visible').first().fill('');
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.locator('main form button[type="submit"]:visible').first().click(),
    ]);
    expect(answer.status()).toBe(422);
    await page.locator('#error-summary:focus').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
  });
});
