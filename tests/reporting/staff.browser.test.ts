import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { enrol, setDueDate, viewLesson } from '../../src/modules/learning';
import { addMembership } from '../../src/modules/organisations';
import { useApp } from '../support/app';
import { accessibilityFaults, sidewaysScroll, useBrowser } from '../support/browser';
import { makePerson, PASSWORD } from '../support/factories/accounts';
import { publishSmallCourse } from '../support/factories/learning';
import { makeOrganisation } from '../support/factories/organisations';

const app = useApp();
const browser = useBrowser();
let server: Server;
let origin: string;
let unionId: string;

beforeAll(async () => {
  const union = await makeOrganisation('union', { code: 'kelas-centre', name: 'Bus Union' });
  const north = await makeOrganisation('branch', { parent: union, name: 'North branch' });
  const south = await makeOrganisation('branch', { parent: union, name: 'South branch' });
  unionId = union.id;
  await publishSmallCourse(app, 'journey');
  for (let i = 0; i < 30; i += 1) {
    const { userId } = await makePerson({ name: i === 0 ? '陈美华' : `Learner ${i}` });
    await addMembership({
      userId,
      organisationId: i < 28 ? north.id : south.id,
      kind: 'union-member',
      startsOn: '2020-01-01',
    });
    const { enrolmentId } = await enrol({ userId, courseSlug: 'journey' });
    if (i === 0) {
      await setDueDate({ enrolmentId, dueOn: '2020-01-01', scope: { kind: 'all' } });
      await viewLesson({ enrolmentId, userId, activityId: 'first-steps' });
    }
  }
  await app.drain();
  server = createServer(app.app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 120_000);
afterAll(
  () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
);

test.each([
  ['a phone', 375, true],
  ['a desk', 1280, true],
  ['a phone without scripts', 375, false],
])(
  'from the overview to one person and back to a kept list, on %s',
  async (_on, width, scripts) => {
    const { email } = await makePerson({
      grants: [{ role: 'union-staff', organisationId: unionId }],
    });
    const { page, faults } = await browser.open({
      baseURL: origin,
      viewport: { width, height: 800 },
      javaScriptEnabled: scripts,
    });
    await page.goto('/sign-in?returnTo=/staff');
    await page.fill('[name="email"]', email);
    await page.fill('[name="password"]', PASSWORD);
    await page.click('form[action="/sign-in"] button[type="submit"]');
    await page.waitForURL('**/staff');
    const figures = page.locator('.k-stat__value');
    expect(await figures.allInnerTexts()).toEqual(['30', '1', '0', '1', '0']);

    await page.getByRole('link', { name: 'North branch' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'North branch' }).waitFor();
    expect((await figures.allInnerTexts())[0]).toBe('28');
    if (scripts) {
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
    }

    await page.getByRole('link', { name: 'List of people' }).click();
    await page.getByText('28 enrolments', { exact: true }).waitFor();
    await page.locator('a[rel="next"]').click();
    await page.locator('a[rel="prev"]').waitFor();
    await page.fill('input[name="q"]', '美华');
    await page.keyboard.press('Enter');
    await page.getByText('1 enrolment', { exact: true }).waitFor();
    expect(await page.locator('.k-table').textContent()).toContain('Overdue');

    await page.getByRole('link', { name: 'Keep this list' }).click();
    await page.click('form[action="/staff/views"] button[type="submit"]');
    await page.getByText('Give the list a name').first().waitFor();
    await page.fill('input[name="name"]', 'Late in the north');
    await page.check('input[name="every"][value="week"]');
    await page.click('form[action="/staff/views"] button[type="submit"]');
    await page.getByRole('link', { name: 'Late in the north' }).click();

    await page.getByRole('link', { name: '陈美华' }).click();
    await page.getByRole('heading', { level: 1, name: '陈美华' }).waitFor();
    expect(await page.locator('main').textContent()).toContain('North branch');
    // A form that came back with a fault answers 422, which a browser tells its console.
    expect(faults.filter((fault) => !fault.includes('422'))).toEqual([]);
  },
);
