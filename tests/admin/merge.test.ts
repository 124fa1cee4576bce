import { randomUUID } from 'node:crypto';
import {
  findAccount,
  findUserIdByEmail,
  grantRole,
  rolesOf,
  WHOLE_SITE,
} from '../../src/modules/accounts';
import { MergedAccount, SessionRecord, User } from '../../src/modules/accounts/model';
import { finishMerges } from '../../src/modules/admin/service/join-accounts';
import { saveAnswer, startAttempt } from '../../src/modules/assessment';
import { Attempt } from '../../src/modules/assessment/model';
import { Certificate } from '../../src/modules/certificates/model';
import { enrol, enrolAgain, submitQuiz, viewLesson } from '../../src/modules/learning';
import { Enrolment } from '../../src/modules/learning/model';
import { addMembership, membershipsOf, type Organisation } from '../../src/modules/organisations';
import { rebuild } from '../../src/modules/reporting';
import { AuditLog } from '../../src/platform/audit';
import { MINUTE, now, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import {
  makePerson,
  PASSWORD,
  signedIn,
  signIn,
  type TestPerson,
} from '../support/factories/accounts';
import { publishSmallCourse, QUIZ, RIGHT } from '../support/factories/learning';
import { makeOrganisation } from '../support/factories/organisations';
import { mailsTo } from '../support/mails';
import { shownReports } from '../support/reports';

/** Whole courses, each with its certificate; on a machine that may be busy. */
jest.setTimeout(180_000);

const app = useApp();
const ZONE = 'Asia/Singapore';
const COURSES = ['first-course', 'second-course', 'third-course'] as const;
const STEPS = ['first-steps', 'second-steps', 'third-steps'];
let site: Client;
let rail: Organisation;
let port: Organisation;

beforeAll(async () => {
  const top = await makeOrganisation('umbrella', { code: 'kelas-centre' });
  rail = await makeOrganisation('union', { name: 'Rail', parent: top });
  port = await makeOrganisation('union', { name: 'Port', parent: top });
  for (const slug of COURSES) await publishSmallCourse(app, slug);
  ({ client: site } = await signedIn(app, {
    grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
  }));
});
afterEach(() => setClock());

const addressOf = (userId: string) => `/admin/users/${userId}/merge`;

const join = (client: Client, goes: string, stays: string) =>
  client.post(addressOf(stays), { with: goes });

async function study(userId: string, slug: string, lessons: number): Promise<string> {
  const { enrolmentId } = await enrol({ userId, courseSlug: slug });
  for (const activityId of STEPS.slice(0, lessons)) {
    await viewLesson({ enrolmentId, userId, activityId });
  }
  return enrolmentId;
}

async function complete(userId: string, slug: string): Promise<string> {
  const enrolmentId = await study(userId, slug, 3);
  const row = await Enrolment.findById(enrolmentId).lean();
  const place = { enrolmentId, userId, versionId: row?.versionId ?? '', activityId: QUIZ };
  const { attemptId } = await startAttempt(place);
  for (const [questionId, option] of Object.entries(RIGHT)) {
    const value = { kind: 'one', option };
    await saveAnswer({ attemptId, userId, questionId, answerId: randomUUID(), value });
  }
  await submitQuiz({ attemptId, userId });
  return enrolmentId;
}

const liveIn = (userId: string, courseSlug: string) =>
  Enrolment.find({ userId, courseSlug }).lean();

async function expectReportsRight(): Promise<void> {
  const followed = await shownReports();
  await rebuild(ZONE);
  expect(await shownReports()).toEqual(followed);
}

/** Two accounts of one person, with something of everything in each. */
async function double(): Promise<{ stays: TestPerson; goes: TestPerson }> {
  const stays = await makePerson({ name: 'Devi Nair' });
  const goes = await makePerson({ name: 'Devi Nair' });
  for (const [{ userId }, number, startsOn] of [
    [stays, undefined, '2022-01-01'],
    [goes, `D-${goes.userId.slice(-6)}`, '2020-01-01'],
  ] as const) {
    await addMembership({
      userId,
      organisationId: rail.id,
      kind: 'union-member',
      startsOn,
      ...(number === undefined ? {} : { number }),
    });
  }
  return { stays, goes };
}

describe('two accounts of one person', () => {
  test('are shown side by side, and become one whole one', async () => {
    const { stays, goes } = await double();
    const goesClient = app.client();
    await signIn(goesClient, goes.email);
    // Both completed the first; in the second and third one is further than the other.
    const kept = await complete(stays.userId, 'first-course');
    const ended = await complete(goes.userId, 'first-course');
    const behind = await study(stays.userId, 'second-course', 1);
    const ahead = await complete(goes.userId, 'second-course');
    const alone = await study(goes.userId, 'third-course', 2);
    await app.drain();
    const before = await Certificate.find({ userId: goes.userId }).lean();
    expect(before.length).toBe(2);

    const whom = await site.get(addressOf(stays.userId));
    expect(whom.text).toContain(goes.email);
    const both = await site.get(`${addressOf(stays.userId)}?with=${goes.userId}`);
    expect(both.text).toContain(`the enrolment of ${goes.email} has come further`);
    expect(both.text).toContain('1 course comes along');
    expect(both.text).toContain('2 certificates come along');
    const done = await site.follow(await join(site, goes.userId, stays.userId));
    expect(done.text).toContain('The accounts are joined');
    expect(done.text).toContain('A second account was joined a moment ago');
    // From the act itself: nobody is signed in, or signs in, with the one that is gone.
    expect((await goesClient.get('/learn')).status).toBe(303);
    expect(await SessionRecord.countDocuments({ 'session.passport.user': goes.userId })).toBe(0);
    const stranger = app.client();
    await stranger.get('/sign-in');
    const refused = await stranger.post('/sign-in', { email: goes.email, password: PASSWORD });
    const unknown = await stranger.post('/sign-in', {
      email: 'no@example.org',
      password: PASSWORD,
    });
    expect([refused.status, unknown.status]).toEqual([422, 422]);
    await app.drain();

    const { userId } = stays;
    expect((await liveIn(userId, 'first-course')).map(({ _id }) => String(_id))).toEqual([kept]);
    expect((await liveIn(userId, 'second-course')).map(({ _id }) => String(_id))).toEqual([ahead]);
    expect((await liveIn(userId, 'third-course')).map(({ _id }) => String(_id))).toEqual([alone]);
    expect(await Enrolment.findById(ended).lean()).toMatchObject({ status: 'completed' });
    expect(await Enrolment.findById(behind).lean()).toMatchObject({ status: 'withdrawn' });
    expect(await Attempt.countDocuments({ enrolmentId: ahead, userId })).toBe(1);
    const certificates = await Certificate.find({ userId }).lean();
    expect(certificates.map(({ enrolmentId }) => enrolmentId).toSorted()).toEqual(
      [kept, ended, ahead].toSorted(),
    );
    for (const old of before) {
      expect(certificates.find(({ code }) => code === old.code)).toEqual({ ...old, userId });
      expect((await app.client().get(`/verify/${old.code}`)).text).toContain('Devi Nair');
    }
    const [membership, ...more] = await membershipsOf(userId);
    expect(more).toEqual([]);
    expect(membership).toMatchObject({ startsOn: '2020-01-01', endsOn: null });
    expect(membership?.number).toMatch(/^D-/);
    const own = app.client();
    await signIn(own, stays.email);
    for (const page of ['/learn', '/certificates', `/learn/${ahead}`, '/notifications']) {
      expect({ page, status: (await own.get(page)).status }).toEqual({ page, status: 200 });
    }
    for (const [email, subject] of [
      [stays.email, 'Your two accounts are one now'],
      [goes.email, 'Your account was joined with your other account'],
    ] as const) {
      const subjects = (await mailsTo(app, email)).map((mail) => mail.subject);
      expect(subjects.filter((each) => each === subject).length).toBe(1);
    }
    expect(await findAccount(goes.userId)).toBeNull();
    expect((await site.get(`/admin/users/${userId}`)).text).not.toContain('joined a moment ago');
    await expectReportsRight();
    expect(await AuditLog.findOne({ action: 'accounts.merge' }).lean()).toMatchObject({
      subject: { kind: 'account', id: userId },
      after: { from: goes.userId },
    });
  });

  test('a course that both completed goes on where it is taken again', async () => {
    const { stays, goes } = await double();
    const own = await complete(stays.userId, 'first-course');
    const theirs = await complete(goes.userId, 'first-course');
    await app.drain();
    const again = async (userId: string, enrolmentId: string, lessons: number) => {
      const { enrolmentId: id } = await enrolAgain({ userId, enrolmentId });
      for (const activityId of STEPS.slice(0, lessons)) {
        await viewLesson({ enrolmentId: id, userId, activityId });
      }
      return id;
    };
    const little = await again(stays.userId, own, 1);
    const more = await again(goes.userId, theirs, 2);
    await app.drain();
    const plan = await site.get(`${addressOf(stays.userId)}?with=${goes.userId}`);
    expect(plan.text).toContain(`the enrolment of ${goes.email} has come further`);
    await join(site, goes.userId, stays.userId);
    await app.drain();
    const rows = await liveIn(stays.userId, 'first-course');
    rows.sort((a, b) => a.round - b.round);
    expect(rows.map(({ _id, status, done }) => [String(_id), status, done.length])).toEqual([
      [theirs, 'completed', 4],
      [more, 'active', 2],
    ]);
    expect(await Enrolment.findById(own).lean()).toMatchObject({ status: 'completed' });
    expect(await Enrolment.findById(little).lean()).toMatchObject({ status: 'withdrawn' });
    expect(await Certificate.countDocuments({ userId: stays.userId })).toBe(2);
    await viewLesson({ enrolmentId: more, userId: stays.userId, activityId: STEPS[2] ?? '' });
    await app.drain();
    await expectReportsRight();
  });

  test('cut off in the middle, it goes on; sent twice, it is done once', async () => {
    const { stays, goes } = await double();
    await complete(goes.userId, 'first-course');
    await app.drain();
    expect((await join(site, goes.userId, stays.userId)).status).toBe(303);
    expect((await join(site, goes.userId, stays.userId)).status).toBe(303);
    expect(await AuditLog.countDocuments({ 'after.from': goes.userId })).toBe(1);
    // A worker that died between two rooms, each time one further.
    const keeping = app.rooms.flatMap(({ name, personal }) =>
      personal ? [{ name, personal }] : [],
    );
    for (let died = 1; died < keeping.length; died += 1) {
      const rooms = keeping.map((room, index) => ({
        ...room,
        personal: {
          ...room.personal,
          merge: (from: string, to: string) =>
            index < died ? room.personal.merge(from, to) : Promise.reject(new Error('killed')),
        },
      }));
      const later = new Date(now().getTime() + 60 * MINUTE);
      setClock(() => later);
      await expect(finishMerges(rooms)).rejects.toThrow('killed');
      setClock();
    }
    await app.drain();
    expect((await MergedAccount.findById(goes.userId).lean())?.finishedAt).not.toBeNull();
    expect((await liveIn(stays.userId, 'first-course')).length).toBe(1);
    expect(await Certificate.countDocuments({ userId: stays.userId })).toBe(1);
    expect((await membershipsOf(stays.userId)).length).toBe(1);
    await expectReportsRight();
  });

  test('a certificate that was not awarded yet goes to the one that stays', async () => {
    const { stays, goes } = await double();
    const enrolmentId = await complete(goes.userId, 'first-course');
    await complete(stays.userId, 'first-course');
    await join(site, goes.userId, stays.userId);
    await app.drain();
    expect(await Certificate.findOne({ enrolmentId }).lean()).toMatchObject({
      userId: stays.userId,
      snapshot: { holderName: 'Devi Nair' },
    });
    expect(await Certificate.countDocuments({ userId: stays.userId })).toBe(2);
  });

  test('the old address leads to the one that stays, and to nobody else', async () => {
    const { stays, goes } = await double();
    await join(site, goes.userId, stays.userId);
    await app.drain();
    expect(await findUserIdByEmail(goes.email)).toBe(stays.userId);
    const stranger = app.client();
    await stranger.get('/sign-up');
    const wish = { name: 'Someone', email: goes.email, password: PASSWORD };
    const fresh = await stranger.post('/sign-up', { ...wish, email: 'never-seen@example.org' });
    const again = await stranger.post('/sign-up', wish);
    expect([again.status, again.headers['location']]).toEqual([
      fresh.status,
      fresh.headers['location'],
    ]);
    await stranger.get('/forgot');
    await stranger.post('/forgot', { email: goes.email });
    await app.drain();
    expect(await User.countDocuments({ email: goes.email })).toBe(0);
    const subjects = (await mailsTo(app, stays.email)).map(({ subject }) => subject);
    expect(subjects).toEqual(
      expect.arrayContaining([expect.stringContaining('already have an account')]),
    );
    expect((await mailsTo(app, goes.email)).length).toBe(1);

    // An address that nobody had ever confirmed is free for whoever can read its mail.
    const unread = await makePerson({ name: 'Devi Nair', confirmed: false });
    await join(site, unread.userId, stays.userId);
    await stranger.post('/sign-up', { ...wish, email: unread.email });
    expect(await User.countDocuments({ email: unread.email })).toBe(1);
    expect(await findUserIdByEmail(unread.email)).not.toBe(stays.userId);
  });

  test('whoever leaves afterwards is forgotten under both', async () => {
    const { stays, goes } = await double();
    const behind = await study(goes.userId, 'second-course', 1);
    await complete(stays.userId, 'second-course');
    await join(site, goes.userId, stays.userId);
    await app.drain();
    const own = app.client();
    await signIn(own, stays.email);
    const data = await own.get('/me/data/download');
    expect(data.status).toBe(200);
    await own.post('/me/data/delete', {
      currentPassword: PASSWORD,
      certificateNames: 'remove',
      understood: 'yes',
      confirm: 'yes',
    });
    await app.drain();
    expect(await findAccount(stays.userId)).toBeNull();
    expect(await MergedAccount.countDocuments({ into: stays.userId })).toBe(0);
    expect(await Enrolment.findById(behind).lean()).toMatchObject({ userId: goes.userId });
    const said = JSON.stringify(
      await AuditLog.find({ 'subject.id': { $in: [goes.userId, stays.userId] } }).lean(),
    );
    expect(said).not.toContain(goes.email);
  });
});

describe('who may join accounts', () => {
  test('roles of both, and only what one could give', async () => {
    const { stays, goes } = await double();
    const { client } = await signedIn(app, {
      grants: [{ role: 'administrator', organisationId: rail.id }],
    });
    await grantRole(goes.userId, { role: 'trainer', organisationId: rail.id });
    await grantRole(goes.userId, { role: 'union-staff', organisationId: port.id });
    const refused = await join(client, goes.userId, stays.userId);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('a role outside of what you administer');
    expect(await findAccount(goes.userId)).not.toBeNull();
    // Whoever administers the whole site may.
    expect((await join(site, goes.userId, stays.userId)).status).toBe(303);
    expect(await rolesOf(stays.userId)).toEqual([
      { role: 'trainer', organisationId: rail.id },
      { role: 'union-staff', organisationId: port.id },
    ]);
    await app.drain();
  });

  test('never an administrator, never themselves, never someone out of reach', async () => {
    const { stays, goes } = await double();
    const mine = await signedIn(app, {
      grants: [{ role: 'administrator', organisationId: rail.id }],
    });
    const other = await makePerson({
      grants: [{ role: 'administrator', organisationId: rail.id }],
    });
    const outside = await makePerson({ name: 'Devi Nair' });
    for (const [from, to] of [
      [other.userId, stays.userId],
      [stays.userId, other.userId],
      [mine.userId, stays.userId],
      [goes.userId, mine.userId],
    ] as const) {
      expect((await join(mine.client, from, to)).status).toBe(422);
    }
    for (const [from, to] of [
      [outside.userId, stays.userId],
      [stays.userId, outside.userId],
    ] as const) {
      expect((await mine.client.get(`${addressOf(to)}?with=${from}`)).status).toBe(404);
      expect((await join(mine.client, from, to)).status).toBe(404);
    }
    expect((await mine.client.get(addressOf(stays.userId))).text).not.toContain(outside.email);
    expect((await join(mine.client, goes.userId, stays.userId)).status).toBe(303);
    // One after the other, while the first is still on its way.
    const third = await makePerson({ name: 'Devi Nair' });
    const waiting = await join(site, third.userId, stays.userId);
    expect(waiting.text).toContain('just being joined');
    await app.drain();
    expect((await join(site, third.userId, stays.userId)).status).toBe(303);
    await app.drain();
    const self = await site.post(addressOf(stays.userId), { with: 'nonsense' });
    expect(self.status).toBe(422);
  });
});
