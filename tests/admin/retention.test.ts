import { WHOLE_SITE } from '../../src/modules/accounts';
import { MailSend, Notification } from '../../src/modules/notifications/model';
import { AuditLog, audit, sealAudit, verifyAudit } from '../../src/platform/audit';
import { inTransaction } from '../../src/platform/db';
import { DAY, now, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { signedIn } from '../support/factories/accounts';

const app = useApp();
let client: Client;

beforeAll(async () => {
  ({ client } = await signedIn(app, {
    grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
  }));
});
afterEach(() => setClock());

const ago = (days: number): Date => new Date(now().getTime() - days * DAY);
const day = (date: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Singapore', dateStyle: 'short' }).format(date);

/** The daily run, twice: the second changes nothing. */
async function run(): Promise<void> {
  const jobs = app.rooms.flatMap((room) => room.jobs);
  const job = jobs.find(({ name }) => name === 'admin.apply-retention');
  for (const attempt of [1, 2]) await job?.handle({}, { jobId: 'daily', attempt, last: false });
}

const mailOf = (sendKey: string, createdAt: Date) =>
  MailSend.create({
    sendKey,
    userId: 'u',
    kind: 'welcome',
    status: 'sent',
    leasedUntil: createdAt,
    createdAt,
    at: createdAt,
  });

test('a setting holds from its day on, and the daily run forgets what is older', async () => {
  await mailOf('old', ago(100));
  await mailOf('young', ago(60));
  await Notification.create({
    userId: 'u',
    eventKey: 'read',
    kind: 'welcome',
    values: {},
    href: '/',
    createdAt: ago(400),
    readAt: ago(399),
  });
  const page = await client.get('/admin/retention');
  expect(page.text).toContain('90 days');
  const set = (fields: Record<string, string>) =>
    client.post('/admin/retention', { key: 'mails', days: '40', startsOn: day(now()), ...fields });
  expect((await set({ days: '3' })).text).toContain('Between 30 and 365 days');
  expect((await set({ startsOn: day(ago(1)) })).status).toBe(422);
  expect((await set({ startsOn: '2026-02-31' })).status).toBe(422);
  expect((await set({ key: 'nothing' })).status).toBe(404);
  const later = new Date(now().getTime() + 10 * DAY);
  const done = await set({ startsOn: day(later) });
  expect((await client.follow(done)).text).toContain('40 days from');
  await run();
  expect((await MailSend.find({ userId: 'u' }).lean()).map(({ sendKey }) => sendKey)).toEqual([
    'young',
  ]);
  expect(await Notification.countDocuments({ userId: 'u' })).toBe(0);
  setClock(() => later);
  await run();
  expect(await MailSend.countDocuments({ userId: 'u' })).toBe(0);
  expect(await AuditLog.findOne({ action: 'admin.set-retention' }).lean()).toMatchObject({
    before: { days: 90 },
    after: { days: 40, startsOn: day(later) },
  });
});

test('the audit log is kept for seven years, and stays a chain', async () => {
  const secret = app.platform.config.sessionSecret ?? '';
  const start = now();
  const count = await AuditLog.countDocuments();
  await sealAudit(secret);
  setClock(() => new Date(start.getTime() + 6 * 366 * DAY));
  await run();
  expect(await AuditLog.countDocuments()).toBe(count);
  setClock(() => new Date(start.getTime() + 8 * 366 * DAY));
  await inTransaction(() => audit({ action: 'test.late', subject: { kind: 'thing', id: 'x' } }));
  await sealAudit(secret);
  await run();
  await sealAudit(secret);
  const rows = await AuditLog.find({ at: { $lt: new Date(start.getTime() + DAY) } }).lean();
  expect(rows).toEqual([]);
  expect((await verifyAudit(secret)).faults).toEqual([]);
});
