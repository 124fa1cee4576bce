import { grantRole, revokeRole } from '../../src/modules/accounts';
import { User } from '../../src/modules/accounts/model';
import { Reminder } from '../../src/modules/enrolling/model';
import { enrol, enrolMany, setDueDate, withdraw } from '../../src/modules/learning';
import { Enrolment } from '../../src/modules/learning/model';
import {
  addMembership,
  createOrganisation,
  endMembership,
  membershipsOf,
} from '../../src/modules/organisations';
import { AuditLog } from '../../src/platform/audit';
import { useApp } from '../support/app';
import { makePerson, signedIn } from '../support/factories/accounts';
import { enrolmentRow, publishSmallCourse } from '../support/factories/learning';
import { makeUnions, type Unions } from './site';

const app = useApp();
const SLUG = 'everyone-course';
const OTHER = 'another-course';
let unions: Unions;

beforeAll(async () => {
  await publishSmallCourse(app, SLUG);
  await publishSmallCourse(app, OTHER);
  unions = await makeUnions(app);
});

const learner = async (where: 'own' | 'other') => {
  const person = await unions.member(where);
  const { enrolmentId } = await enrol({ userId: person.userId, courseSlug: SLUG });
  return { ...person, enrolmentId };
};
const listOf = (more = '') => `node=${unions.ownId}&course=${SLUG}${more}`;
const post = (path: string, fields: Record<string, string> = {}) =>
  unions.staff.client.post(path, { everyone: 'yes', list: listOf(), ...fields });
const WORDS = { text_en: 'Dear {name}', text_zh: '你好', text_ms: 'Hai', text_ta: 'வணக்கம்' };
const onceIn = (text: string): string => /name="once" value="([^"]+)"/.exec(text)?.[1] ?? '';

test('an act on everyone in a list reaches each open enrolment of it, once, and nobody else', async () => {
  const people = [await learner('own'), await learner('own'), await learner('own')];
  const elsewhere = await learner('other');
  const [gone] = people;
  if (!gone) throw new Error('Nobody was enrolled');
  await withdraw(gone);
  await app.drain();
  const page = await unions.staff.client.get(`/staff/people?${listOf()}`);
  expect(page.text).toContain('all 2 enrolments');

  const asked = await post('/staff/due', { list: listOf('&state=withdrawn') });
  expect(asked.status).toBe(422);
  const dry = await post('/staff/due');
  expect(dry.text).toContain('For everyone in this list: 2 enrolments');
  expect(dry.text).toContain('Bus Union');
  expect((await enrolmentRow(people[1]?.enrolmentId ?? '')).dueOn).toBeNull();

  // Someone comes between the question and the answer: the list is read when the work begins.
  const late = await learner('own');
  const once = onceIn(dry.text);
  const sent = await Promise.all(
    ['2027-02-28', '2027-02-28', '2027-03-01'].map((dueOn) =>
      post('/staff/due/set', { dueOn, once }),
    ),
  );
  const acts = sent.map(({ headers }) => String(headers['location']));
  expect(acts[0]).toBe(acts[1]);
  expect(acts[2]).not.toBe(acts[0]);
  const waiting = await unions.staff.client.get(acts[0] ?? '');
  expect(waiting.text).toContain('of 2');
  await app.drain();
  expect((await unions.staff.client.get(acts[0] ?? '')).text).toContain('3 done');
  for (const { enrolmentId } of [...people.slice(1), late]) {
    expect((await enrolmentRow(enrolmentId)).dueOn).toMatch(/^2027-0[23]/);
  }
  for (const { enrolmentId } of [gone, elsewhere]) {
    expect((await enrolmentRow(enrolmentId)).dueOn).toBeNull();
  }
});

test('everyone of a list is reminded, enrolled elsewhere and withdrawn; each person once', async () => {
  const preview = await post('/staff/remind');
  expect(preview.text).toContain('For everyone in this list: 3 enrolments');
  await post('/staff/remind/send', WORDS);
  await app.drain();
  const open = await Enrolment.find({ courseSlug: SLUG, status: 'active' }).lean();
  const own = open.filter(({ organisationPath }) => organisationPath.includes(unions.ownId));
  expect(await Reminder.countDocuments({})).toBe(own.length);

  const fields = { courseSlug: OTHER, organisationId: unions.branchId, dueOn: '' };
  const form = await post('/staff/enrol/chosen');
  expect(form.text).toContain('Enrol in another course');
  expect((await post('/staff/enrol/chosen/confirm', { ...fields, courseSlug: '' })).status).toBe(
    422,
  );
  const foreign = { ...fields, organisationId: unions.otherId };
  expect((await post('/staff/enrol/chosen/confirm', foreign)).status).toBe(422);
  // Two enrolments of a person bring one.
  const everywhere = { ...fields, list: `node=${unions.ownId}` };
  await post('/staff/enrol/chosen/confirm', fields);
  await app.drain();
  await post('/staff/enrol/chosen/confirm', everywhere);
  await app.drain();
  const rows = await Enrolment.find({ courseSlug: OTHER }).lean();
  const userIds = rows.map(({ userId }) => userId);
  expect(new Set(userIds).size).toBe(userIds.length);
  expect(userIds.sort()).toEqual(own.map(({ userId }) => userId).sort());

  await post('/staff/withdraw/confirm', { reason: 'The course has moved', list: listOf('&q=zzz') });
  await post('/staff/withdraw/confirm', { reason: 'The course has moved' });
  await app.drain();
  const left = await Enrolment.find({ courseSlug: SLUG, status: 'active' }).lean();
  expect(left.map(({ organisationPath }) => organisationPath.includes(unions.ownId))).toEqual([
    false,
  ]);
});

test('the audit tells of a search that there was one, and not for whom', async () => {
  const { userId } = await unions.member('own', undefined, 'zubaidah@example.org');
  const { enrolmentId } = await enrol({ userId, courseSlug: SLUG });
  await app.drain();
  const list = listOf('&q=zubaidah');
  await post('/staff/due/set', { list, dueOn: '2027-05-05', back: `/staff/people?${list}` });
  await unions.staff.client.get(`/staff/people.csv?${list}`);
  await unions.staff.client.post('/staff/views', {
    node: unions.ownId,
    q: 'zubaidah',
    name: 'Mine',
    every: 'never',
  });
  await app.drain();
  expect((await enrolmentRow(enrolmentId)).dueOn).toBe('2027-05-05');
  const rows = await AuditLog.find({ userId: unions.staff.userId })
    .sort({ _id: -1 })
    .limit(9)
    .lean();
  expect(JSON.stringify(rows)).not.toContain('zubaidah');
  const asked = { node: unions.ownId, course: SLUG, searched: true };
  expect(rows.map(({ after }) => after)).toEqual(
    expect.arrayContaining([
      { kind: 'enrolling.set-due', total: 1, params: { dueOn: '2027-05-05', list: asked } },
      { kind: 'enrolling.set-due', done: 1, failed: 0 },
      expect.objectContaining({ ...asked, format: 'csv' }),
      expect.objectContaining({
        query: { node: unions.ownId, sort: 'name', searched: true },
      }),
    ]),
  );
});

test('who joined after enrolling is acted on like the others of the list', async () => {
  const person = await makePerson();
  const { enrolmentId } = await enrol({ userId: person.userId, courseSlug: SLUG });
  const ids = { everyone: '', 'enrolmentIds[]': enrolmentId };
  expect((await post('/staff/due/set', { ...ids, dueOn: '2027-04-01' })).status).toBe(422);
  await addMembership({
    userId: person.userId,
    organisationId: unions.branchId,
    kind: 'union-member',
    startsOn: '2020-01-01',
  });
  await post('/staff/due/set', { ...ids, dueOn: '2027-04-01' });
  await app.drain();
  expect((await enrolmentRow(enrolmentId)).dueOn).toBe('2027-04-01');
});

test('who has left is neither proposed nor acted on', async () => {
  const person = await learner('own');
  await setDueDate({
    enrolmentId: person.enrolmentId,
    dueOn: '2020-01-01',
    scope: { kind: 'all' },
  });
  await app.drain();
  const late = async () => (await unions.staff.client.get('/staff/remind')).text;
  expect(await late()).toContain(person.enrolmentId);
  const [membership] = await membershipsOf(person.userId);
  await endMembership(membership?.id ?? '', '2020-06-01');
  await app.drain();
  expect(await late()).not.toContain(person.enrolmentId);
  const ticked = { everyone: '', 'enrolmentIds[]': person.enrolmentId };
  expect((await post('/staff/due', ticked)).status).toBe(422);
});

test('who has no account any more is enrolled in nothing, whenever they leave', async () => {
  const { userId } = await makePerson();
  const entry = { userId, courseSlug: SLUG, organisationId: unions.branchId, dueOn: null };
  const [made] = await enrolMany([entry], unions.staff.userId);
  const fields = {
    everyone: '',
    'enrolmentIds[]': made?.enrolmentId ?? '',
    courseSlug: OTHER,
    organisationId: unions.branchId,
    dueOn: '',
  };
  const begun = await post('/staff/enrol/chosen/confirm', fields);
  await User.deleteOne({ _id: userId });
  await app.drain();
  expect((await unions.staff.client.get(String(begun.headers['location']))).text).toContain(
    'not possible',
  );
  expect(await Enrolment.countDocuments({ userId, courseSlug: OTHER })).toBe(0);
  expect((await post('/staff/enrol/chosen/confirm', fields)).status).toBe(422);
});

test('a list outside of one’s part is not there, and a right that is lost ends the act', async () => {
  expect((await post('/staff/due', { list: `node=${unions.otherId}` })).status).toBe(404);
  const leaving = await signedIn(app);
  const grant = { role: 'union-staff' as const, organisationId: unions.ownId };
  await grantRole(leaving.userId, grant);
  const person = await learner('own');
  await app.drain();
  const answer = await leaving.client.post('/staff/due/set', {
    everyone: 'yes',
    list: listOf(),
    dueOn: '2027-05-01',
  });
  await revokeRole(leaving.userId, grant);
  await app.drain();
  expect((await leaving.client.get(String(answer.headers['location']))).text).toContain(
    'Does not belong to your part any more',
  );
  expect((await enrolmentRow(person.enrolmentId)).dueOn).toBeNull();
});

test('who may see numbers only can act on nobody, by name or by list', async () => {
  const agency = await createOrganisation({
    code: 'funder',
    name: 'Funder',
    kind: 'agency',
    timeZone: 'Asia/Singapore',
  });
  const person = await makePerson({ name: 'Nobody to see' });
  await addMembership({
    userId: person.userId,
    organisationId: agency.id,
    kind: 'employee',
    startsOn: '2020-01-01',
  });
  const { enrolmentId } = await enrol({ userId: person.userId, courseSlug: SLUG });
  await Enrolment.updateOne({ _id: enrolmentId }, { $set: { dueOn: '2020-01-01' } });
  await app.drain();
  const { client } = await signedIn(app, {
    grants: [{ role: 'union-staff', organisationId: agency.id }],
  });
  const late = await client.get('/staff/remind');
  expect([late.status, late.text.includes('Nobody to see')]).toEqual([200, false]);
  const ticked = await client.post('/staff/due', { 'enrolmentIds[]': enrolmentId });
  expect([ticked.status, ticked.text.includes('Nobody to see')]).toEqual([422, false]);
  const list = await client.post('/staff/due', { everyone: 'yes', list: `node=${agency.id}` });
  expect(list.status).toBe(404);
});
