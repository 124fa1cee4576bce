import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { revokeRole } from '../../src/modules/accounts';
import { enrol } from '../../src/modules/learning';
import { addMembership, type Organisation } from '../../src/modules/organisations';
import { SentReport, View } from '../../src/modules/reporting/kept-model';
import { sendReports } from '../../src/modules/reporting/service/send-reports';
import { setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { makePerson, signedIn } from '../support/factories/accounts';
import { publishSmallCourse } from '../support/factories/learning';
import { makeOrganisation } from '../support/factories/organisations';

const site = useApp();
const ZONE = 'Asia/Singapore';
const SLUG = 'kept';

let union: Organisation;
let staff: { client: Client; userId: string };

/** A time of the day in Singapore, where the site is. */
const at = (time: string) => setClock(() => new Date(`${time}:00+08:00`));

beforeAll(async () => {
  at('2026-11-18T10:00');
  union = await makeOrganisation('union', { code: 'kelas-centre', name: 'Union Alpha' });
  await publishSmallCourse(site, SLUG);
  const { userId } = await makePerson({ name: '=HYPERLINK("http://x")' });
  await addMembership({
    userId,
    organisationId: union.id,
    kind: 'union-member',
    startsOn: '2020-01-01',
  });
  await enrol({ userId, courseSlug: SLUG });
  await site.drain();
  staff = await signedIn(site, {
    name: 'Kavitha',
    grants: [{ role: 'union-staff', organisationId: union.id }],
  });
});

test('a list is kept under a name, and only once', async () => {
  const form = await staff.client.get(`/staff/views/new?node=${union.id}&state=not-started`);
  expect(form.text).toContain('Not started');
  const fields = { node: union.id, state: 'not-started', name: 'To nudge', every: 'week' };
  const saved = await staff.client.post('/staff/views', fields);
  expect([saved.status, saved.headers['location']]).toEqual([303, '/staff/views']);
  const again = await staff.client.post('/staff/views', fields);
  expect(again.status).toBe(422);
  expect(again.text).toContain('You keep a list of this name already');
  expect(again.text).toContain('value="To nudge"');
  const nameless = await staff.client.post('/staff/views', { ...fields, name: ' ' });
  expect(nameless.status).toBe(422);
  const list = await staff.client.get('/staff/views');
  const [, href = ''] = /<h2><a href="([^"]+)">To nudge/.exec(list.text) ?? [];
  const opened = await staff.client.get(href.replaceAll('&amp;', '&'));
  expect(opened.text).toContain('1 enrolment');
});

test('a place outside cannot be kept, and nobody changes what another keeps', async () => {
  const other = await makeOrganisation('union', { name: 'Union Beta' });
  const fields = { node: other.id, name: 'Spy', every: 'never' };
  expect((await staff.client.post('/staff/views', fields)).status).toBe(404);
  const stranger = await signedIn(site, {
    grants: [{ role: 'union-staff', organisationId: union.id }],
  });
  const view = await View.findOne({ userId: staff.userId }).lean();
  for (const act of ['schedule', 'remove']) {
    const { status } = await stranger.client.post(`/staff/views/${view?._id}/${act}`, {
      every: 'month',
    });
    expect(status).toBe(404);
  }
});

test('a weekly report goes out once, from Monday at seven', async () => {
  at('2026-11-22T23:00');
  expect(await sendReports(ZONE)).toBe(0);
  at('2026-11-23T06:59');
  expect(await sendReports(ZONE)).toBe(0);
  at('2026-11-23T07:00');
  const all = await Promise.all([sendReports(ZONE), sendReports(ZONE), sendReports(ZONE)]);
  expect(all.reduce((sum, count) => sum + count, 0)).toBe(1);
  at('2026-11-25T12:00');
  expect(await sendReports(ZONE)).toBe(0);
  await site.drain();
  const folder = path.join(site.platform.config.dataDir, 'mail');
  const mails = await Promise.all(
    (await readdir(folder)).map((file) => readFile(path.join(folder, file), 'utf8')),
  );
  const told = mails.filter((mail) => mail.includes('/staff/reports/'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('To nudge');
  // No name of anyone in it travels by mail.
  expect(told[0]).not.toContain('HYPERLINK');
});

test('its link leads to the list, for its owner, for two weeks, while they may see it', async () => {
  const report = await SentReport.findOne().lean();
  const href = `/staff/reports/${report?._id.toHexString()}`;
  const opened = await staff.client.get(href);
  expect(opened.status).toBe(303);
  expect((await staff.client.follow(opened)).status).toBe(200);
  const stranger = await signedIn(site, {
    grants: [{ role: 'union-staff', organisationId: union.id }],
  });
  expect((await stranger.client.get(href)).status).toBe(404);
  at('2026-12-07T07:01');
  expect((await staff.client.get(href)).status).toBe(410);
});

test('its morning is that of its owner, and so are the days of the list and its files', async () => {
  at('2026-12-01T10:00');
  const { client, userId } = await signedIn(site, {
    name: 'In London',
    grants: [{ role: 'union-staff', organisationId: union.id }],
  });
  await client.post('/preferences', { timeZone: 'Europe/London' });
  await client.post('/preferences', { theme: 'dark' });
  await client.post('/staff/views', { node: union.id, name: 'From afar', every: 'week' });
  // Monday at 07:00 in Singapore is Sunday at 23:00 in London.
  const count = () => SentReport.countDocuments({ userId });
  for (const [time, sent] of [
    ['2026-12-07T07:00', 0],
    ['2026-12-07T14:59', 0],
    ['2026-12-07T15:00', 1],
    ['2026-12-08T15:00', 1],
  ] as const) {
    at(time);
    await sendReports(ZONE);
    expect([time, await count()]).toEqual([time, sent]);
  }

  // Enrolled at 02:00 on 10 December in Singapore, which was 9 December in London.
  at('2026-12-10T02:00');
  const { userId: learner } = await makePerson({ name: 'Night shift' });
  await addMembership({
    userId: learner,
    organisationId: union.id,
    kind: 'employee',
    startsOn: '2020-01-01',
  });
  await enrol({ userId: learner, courseSlug: SLUG });
  await site.drain();
  const file = `/staff/people.csv?node=${union.id}&q=night`;
  const day = (text: string) => /\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
  const away = await client.get(file);
  expect(day(away.text)).toBe('2026-12-09');
  expect(away.headers['content-disposition']).toContain('kelas-people-2026-12-09.csv');
  expect(day((await staff.client.get(file)).text)).toBe('2026-12-10');
  expect((await client.get(`/staff/people/${learner}`)).text).toContain('9 December 2026');
});

test('who may not see it any more gets no report', async () => {
  await revokeRole(staff.userId, { role: 'union-staff', organisationId: union.id });
  at('2026-12-14T08:00');
  expect(await sendReports(ZONE)).toBe(0);
});
