import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { WHOLE_SITE } from '../../src/modules/accounts';
import { defineJob, type JobDefinition, JobWorkers, Queues } from '../../src/platform/queue';
import { createRedis } from '../../src/platform/redis';
import { READERS } from '../browser/hands';
import { useAddress } from '../support/address';
import { useApp } from '../support/app';
import { accessibilityFaults, sidewaysScroll, useBrowser } from '../support/browser';
import { makePerson, PASSWORD, type TestPerson } from '../support/factories/accounts';
import { makeOrganisation } from '../support/factories/organisations';

const app = useApp();
const site = useAddress(app);
const browser = useBrowser();

/** Jobs that have failed once: the second time they go well. */
const stumbled = new Set<string>();

/** Puts a job that fails into the queue of imports, and waits until it has failed. */
async function failOnce(jobId: string): Promise<void> {
  const { redisUrl, redisPrefix } = app.platform.config;
  const job = defineJob({
    name: 'test.stumble',
    queue: 'imports',
    schema: z.object({}),
    attempts: 1,
    handle: async (_payload, run) => {
      if (stumbled.has(run.jobId)) return;
      stumbled.add(run.jobId);
      throw new Error('The file is not there');
    },
  }) as JobDefinition;
  const clients: ReturnType<typeof createRedis>[] = [];
  const connect = () => {
    const redis = createRedis(redisUrl ?? '', { failFast: false });
    clients.push(redis);
    return redis;
  };
  const queues = new Queues(app.platform.redis, redisPrefix);
  const workers = new JobWorkers([job], { connect, prefix: redisPrefix });
  await workers.ready();
  await queues.addAll([{ job, jobId, requestId: 'r', payload: {} }]);
  const counts = () => queues.get('imports').getJobCounts('failed', 'waiting', 'active');
  for (let now = await counts(); now['failed'] !== 1; now = await counts());
  await workers.close();
  for (const redis of clients) redis.disconnect();
}

async function open({ email }: TestPerson, [, options, handsOf]: (typeof READERS)[number]) {
  const { page, faults } = await browser.open({ ...options, baseURL: site.origin });
  const hands = handsOf(page);
  await page.goto('/sign-in');
  await page.fill('[name="email"]', email);
  await page.fill('[name="password"]', PASSWORD);
  await page.click('form[action="/sign-in"] button[type="submit"]');
  await page.waitForURL('**/learn');
  const link = (name: string | RegExp) => page.locator('main').getByRole('link', { name }).first();
  const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
  const isFine = async () => {
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
  };
  return { page, faults, hands, link, button, isFine };
}

const readers = READERS.map((reader, index) => ({ on: reader[0], reader, index }));

test.each(readers)(
  'someone runs the site: organisations, roles, acting, jobs, the log, on $on',
  async ({ reader, index }) => {
    const name = `Port Workers ${index}`;
    const code = `port-workers-${index}`;
    const administrator = await makePerson({
      name: `Tan Wei Jie ${index}`,
      grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
    });
    const person = await makePerson({ name: `Nur Aisyah ${index}` });
    const asker = app.client();
    await asker.get('/forgot');
    await asker.post('/forgot', { email: person.email });
    await app.drain();
    await failOnce(`stumble-${index}`);
    const { page, faults, hands, link, button, isFine } = await open(administrator, reader);

    await page.goto('/admin');
    await hands.press(link(/^Organisations/));
    await page.waitForURL('**/admin/organisations');
    await hands.press(link('Add an organisation'));
    await page.waitForURL('**/admin/organisations/new');
    await hands.type(page.locator('[name="name"]'), name);
    await hands.press(button('Add an organisation'));
    await page.locator('#error-summary:focus').waitFor();
    expect(await page.locator('[name="name"]').inputValue()).toBe(name);
    await isFine();
    await hands.type(page.locator('[name="code"]'), code);
    await hands.select(page.locator('[name="kind"]'), 'union');
    await hands.type(page.locator('[name="timeZone"]'), 'Asia/Singapore');
    await hands.press(button('Add an organisation'));
    await page.getByRole('heading', { level: 1, name }).waitFor();

    await page.goto('/admin');
    await hands.press(link(/^People/));
    await page.waitForURL('**/admin/users');
    await hands.type(page.locator('main [name="q"]'), person.name);
    await hands.press(page.locator('main form[role="search"] button'));
    await page.waitForURL('**/admin/users?q=*');
    await hands.press(link(person.name));
    await page.getByRole('heading', { level: 1, name: person.name }).waitFor();
    await hands.select(page.locator('[name="role"]').last(), 'union-staff');
    const place = page.locator('select[name="organisationId"]');
    const value = await place.locator('option', { hasText: name }).first().getAttribute('value');
    await hands.select(place, value ?? '');
    await hands.press(button('Give a role'));
    await page.getByText('The role is given.').waitFor();
    await page.locator('.k-granted').getByText(name).waitFor();

    await hands.press(button(`Act as ${person.name}`));
    const banner = page.locator('.k-acting');
    await banner.getByText(`You act as ${person.name}.`).waitFor();
    await page.goto('/staff');
    await banner.waitFor();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await isFine();
    await hands.press(button('Be yourself again'));
    await banner.waitFor({ state: 'detached' });

    await page.goto('/admin/queues');
    await hands.press(link('Imports'));
    await page.getByText('The file is not there').waitFor();
    await isFine();
    await hands.press(button('Try again'));
    await page.getByText('The job is waiting for its turn again.').waitFor();
    await page.getByText('Nothing has failed').waitFor();

    await page.goto('/admin/mails');
    await hands.type(page.locator('main [name="q"]'), person.email);
    await hands.press(page.locator('main form[role="search"] button'));
    await page.waitForURL('**/admin/mails?**');
    await page.locator('.k-table').getByText(person.email).waitFor();

    await page.goto('/admin/audit');
    await hands.press(page.locator('details > summary', { hasText: 'Search' }));
    await hands.type(page.locator('[name="who"]'), administrator.email);
    await hands.select(page.locator('[name="what"]'), 'admin.retry-job');
    await hands.press(page.locator('form[action="/admin/audit"] button[type="submit"]'));
    await page.waitForURL('**/admin/audit?**');
    const coming = page.waitForEvent('download');
    await hands.press(link('Download as CSV'));
    const csv = await readFile(await (await coming).path(), 'utf8');
    expect(csv).toContain('admin.retry-job');
    expect(csv.trim().split('\n')).toHaveLength(2);
    await hands.press(page.locator('.k-table a').first());
    await page.getByRole('heading', { level: 1, name: 'Let a failed job run again' }).waitFor();
    await page.getByText(`stumble-${index}`).waitFor();
    await isFine();
    expect(faults.filter((fault) => !fault.includes('422'))).toEqual([]);
  },
);

test.each(readers)(
  'someone takes their data along and leaves, on $on',
  async ({ reader, index }) => {
    await makeOrganisation('union', { code: `leaving-${index}` });
    const person = await makePerson({ name: `Lee Wei ${index}` });
    const { page, hands, link, button } = await open(person, reader);
    await page.goto('/me');
    await hands.press(link(/^Your data/));
    await page.waitForURL('**/me/data');
    const coming = page.waitForEvent('download');
    await hands.press(link('Download my data'));
    const zip = await readFile(await (await coming).path());
    expect(zip.subarray(0, 2).toString()).toBe('PK');
    await hands.press(link('Delete my account'));
    await page.waitForURL('**/me/data/delete');
    await hands.choose(page.locator('[name="certificateNames"][value="remove"]'));
    await hands.type(page.locator('[name="currentPassword"]'), 'not this one');
    await hands.press(button('Delete my account for good'));
    await page.locator('#error-summary:focus').waitFor();
    expect(await page.locator('[name="certificateNames"][value="remove"]').isChecked()).toBe(true);
    await hands.type(page.locator('[name="currentPassword"]'), PASSWORD);
    await hands.press(button('Delete my account for good'));
    await page.getByText('Your account is deleted.').waitFor();
    await page.goto('/me');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
  },
);
