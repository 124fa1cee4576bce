import { Types } from 'mongoose';
import { createAccount, findPerson, grantRole, WHOLE_SITE } from '../../src/modules/accounts';
import { LeavingAccount, User } from '../../src/modules/accounts/model';
import { saveAnswer, startAttempt } from '../../src/modules/assessment';
import { Answer, Attempt } from '../../src/modules/assessment/model';
import { findPublishedVersion } from '../../src/modules/catalogue';
import { ImportRow, type ImportRowRecord } from '../../src/modules/enrolling/model';
import { enrol, viewLesson, withdraw } from '../../src/modules/learning';
import { Enrolment, Fact } from '../../src/modules/learning/model';
import { MailSend, Notification } from '../../src/modules/notifications/model';
import { rebuild } from '../../src/modules/reporting';
import { AuditLog, audit, sealAudit, verifyAudit } from '../../src/platform/audit';
import { inTransaction } from '../../src/platform/db';
import { DAY, now, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { makePerson, PASSWORD, signedIn } from '../support/factories/accounts';
import { publishSmallCourse, QUIZ } from '../support/factories/learning';
import { makeOrganisation } from '../support/factories/organisations';
import { shownReports } from '../support/reports';

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

test('an account that nobody ever opened goes, and nobody who has come', async () => {
  const old = { createdAt: ago(200), language: 'en' as const };
  const make = (email: string, wish: { confirmed: boolean; password?: string }) =>
    createAccount({ name: 'Never Here', email, ...old, ...wish });
  const never = await make('never@example.org', { confirmed: false });
  const waiting = await make('waiting@example.org', { confirmed: false, password: PASSWORD });
  await User.updateOne({ _id: waiting.userId }, { $set: { awaitsConfirmation: true } });
  const kept = [
    await make('here@example.org', { confirmed: true }),
    await make('signs-in@example.org', { confirmed: false, password: PASSWORD }),
    await createAccount({
      name: 'New',
      email: 'new@example.org',
      language: 'en',
      confirmed: false,
      createdAt: ago(100),
    }),
  ];
  const role = await make('role@example.org', { confirmed: false });
  await grantRole(role.userId, { role: 'trainer', organisationId: WHOLE_SITE });
  await run();
  await app.drain();
  for (const { userId } of [never, waiting]) expect(await findPerson(userId)).toBeNull();
  for (const { userId } of [...kept, role]) expect(await findPerson(userId)).not.toBeNull();
  expect(await LeavingAccount.countDocuments()).toBe(0);
  expect(await AuditLog.countDocuments({ action: 'accounts.expire' })).toBe(2);
});

test('a course that was left long ago goes with all that was done in it, from reports too', async () => {
  await makeOrganisation('union', { code: 'kelas-centre' });
  await publishSmallCourse(app, 'small-course');
  await publishSmallCourse(app, 'other-course');
  const { userId } = await makePerson();
  const leave = async (courseSlug: string) => {
    const { enrolmentId } = await enrol({ userId, courseSlug });
    const version = await findPublishedVersion(courseSlug);
    for (const activityId of ['first-steps', 'second-steps', 'third-steps']) {
      await viewLesson({ enrolmentId, userId, activityId });
    }
    const place = { enrolmentId, userId, versionId: version?.id ?? '', activityId: QUIZ };
    const { attemptId } = await startAttempt(place);
    const value = { kind: 'one', option: 'blue' };
    await saveAnswer({ attemptId, userId, questionId: 'sky', answerId: 'one', value });
    await withdraw({ enrolmentId, userId });
    return enrolmentId;
  };
  const [gone, kept] = [await leave('small-course'), await leave('other-course')];
  await Enrolment.updateOne({ _id: gone }, { $set: { withdrawnAt: ago(6 * 365) } });
  await app.drain();
  expect((await shownReports()).rows.length).toBe(2);
  await run();
  await app.drain();
  expect((await Enrolment.find().lean()).map(({ _id }) => String(_id))).toEqual([kept]);
  expect((await Attempt.find().lean()).map(({ enrolmentId }) => enrolmentId)).toEqual([kept]);
  expect([await Answer.countDocuments(), await Fact.countDocuments()]).toEqual([1, 3]);
  const followed = await shownReports();
  expect(followed.rows.map(({ enrolmentId }) => enrolmentId)).toEqual([kept]);
  await rebuild('Asia/Singapore');
  expect(await shownReports()).toEqual(followed);
});

test('rows of imports go by their age, and sooner with the person whom they name', async () => {
  const importId = new Types.ObjectId();
  const row = (line: number, fields: Partial<ImportRowRecord>): ImportRowRecord => ({
    _id: new Types.ObjectId(),
    importId,
    dueOn: null,
    language: null,
    organisationId: null,
    line,
    email: null,
    name: null,
    number: null,
    courseSlug: 'small-course',
    plan: 'enrol',
    faults: [],
    whose: [],
    createdAt: now(),
    ...fields,
  });
  const leaver = await signedIn(app, { email: 'Leaver@example.org', name: 'Leaver' });
  await ImportRow.insertMany([
    row(1, { email: 'LEAVER@example.org', name: 'Leaver', whose: ['leaver@example.org'] }),
    row(2, { number: 'L-1', name: 'Leaver', whose: [leaver.userId] }),
    row(3, { email: 'stays@example.org', name: 'Stays', whose: ['stays@example.org'] }),
    row(4, { email: 'old@example.org', name: 'Old', createdAt: ago(89) }),
  ]);
  await leaver.client.post('/me/data/delete', {
    currentPassword: PASSWORD,
    certificateNames: 'keep',
  });
  await app.drain();
  expect(await findPerson(leaver.userId)).toBeNull();
  const rows = await ImportRow.find({ importId }).sort({ line: 1 }).lean();
  expect(rows.map(({ email, name, number }) => email ?? name ?? number)).toEqual([
    null,
    null,
    'stays@example.org',
    'old@example.org',
  ]);
  await client.post('/admin/retention', { key: 'imports', days: '30', startsOn: day(now()) });
  await run();
  expect((await ImportRow.find({ importId }).lean()).map(({ line }) => line).toSorted()).toEqual([
    1, 2, 3,
  ]);
});
