import { createEnrolmentCode, enrol, withdraw } from '../../src/modules/learning';
import { Enrolment, EnrolmentCode } from '../../src/modules/learning/model';
import { addMembership, createOrganisation } from '../../src/modules/organisations';
import { DAY, now } from '../../src/shared/clock';
import { useApp } from '../support/app';
import { signedIn } from '../support/factories/accounts';
import {
  auditOf,
  enrolmentRow,
  eventsOf,
  factsOf,
  makeLearner,
  publishSmallCourse,
} from '../support/factories/learning';

const app = useApp();
const SLUG = 'enrolling';
const enrolmentsOf = (userId: string) => Enrolment.countDocuments({ userId });

beforeAll(async () => {
  await publishSmallCourse(app, SLUG);
});

describe('by oneself', () => {
  test('leads to the course, and says so', async () => {
    const { client, userId } = await signedIn(app);
    const answer = await client.post(`/courses/${SLUG}/enrol`);
    expect(answer.status).toBe(303);
    const page = await client.follow(answer);
    expect(page.text).toContain('You are enrolled');
    expect(page.text).toContain('First steps');
    const row = await Enrolment.findOne({ userId }).lean();
    expect(row).toMatchObject({ courseSlug: SLUG, status: 'active', via: 'self', done: [] });
    const id = String(row?._id);
    expect(await eventsOf('enrolment.created', id)).toBe(1);
    expect(await auditOf(id)).toEqual(['learning.enrol']);
  });

  test('a stranger is asked to sign in, and nothing is written', async () => {
    const client = app.client();
    const before = await Enrolment.countDocuments();
    const answer = await client.post(`/courses/${SLUG}/enrol`);
    expect(answer.headers['location']).toBe('/sign-in');
    expect(await Enrolment.countDocuments()).toBe(before);
  });

  test('there is no enrolling in what does not exist', async () => {
    const { client } = await signedIn(app);
    expect((await client.post('/courses/no-such-course/enrol')).status).toBe(404);
    expect((await client.post('/courses/NOT A SLUG/enrol')).status).toBe(404);
  });

  test('fifty requests at once make one enrolment and one event', async () => {
    const { client, userId } = await signedIn(app);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => client.post(`/courses/${SLUG}/enrol`)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    expect(new Set(answers.map(({ headers }) => headers['location'])).size).toBe(1);
    expect(await enrolmentsOf(userId)).toBe(1);
    const row = await Enrolment.findOne({ userId }).lean();
    expect(await eventsOf('enrolment.created', String(row?._id))).toBe(1);
  });

  test('the organisations of the person are noted, all up to the root', async () => {
    const umbrella = await createOrganisation({
      code: 'umbrella',
      name: 'Umbrella',
      kind: 'umbrella',
      timeZone: 'Asia/Singapore',
    });
    const union = await createOrganisation({
      code: 'bus-union',
      name: 'Bus Union',
      kind: 'union',
      parentId: umbrella.id,
    });
    const { userId } = await signedIn(app);
    await addMembership({
      userId,
      organisationId: union.id,
      kind: 'union-member',
      number: 'B-1',
      startsOn: '2020-01-01',
    });
    const { enrolmentId } = await enrol({ userId, courseSlug: SLUG });
    const row = await enrolmentRow(enrolmentId);
    expect([...row.organisationPath].sort()).toEqual([umbrella.id, union.id].sort());
  });
});

describe('leaving', () => {
  test('asks first, then the course is gone from the list and its facts are kept', async () => {
    const { client, enrolmentId, href } = await makeLearner(app, SLUG);
    await client.post(`${href}/first-steps/viewed`);
    const question = await client.get(`${href}/withdraw`);
    expect(question.text).toContain('Leave A small course?');
    const answer = await client.post(`${href}/withdraw`);
    const list = await client.follow(answer);
    expect(list.text).toContain('You have left the course');
    expect(list.text).not.toContain('A small course');
    expect(await enrolmentRow(enrolmentId)).toMatchObject({ status: 'withdrawn' });
    expect(await factsOf(enrolmentId)).toHaveLength(1);
    expect(await eventsOf('enrolment.withdrawn', enrolmentId)).toBe(1);
    expect(await auditOf(enrolmentId)).toContain('learning.withdraw');
  });

  test('twice is once, and nothing can be done there any more', async () => {
    const { client, enrolmentId, href } = await makeLearner(app, SLUG);
    await client.post(`${href}/withdraw`);
    await client.post(`${href}/withdraw`);
    expect(await eventsOf('enrolment.withdrawn', enrolmentId)).toBe(1);
    expect((await client.get(`${href}/first-steps`)).headers['location']).toBe(href);
    await client.post(`${href}/first-steps/viewed`);
    expect(await factsOf(enrolmentId)).toHaveLength(0);
    expect((await client.get(href)).text).toContain('You have left this course');
  });

  test('coming back goes on where one was, in the same enrolment and version', async () => {
    await publishSmallCourse(app, 'coming-back-course');
    const { client, enrolmentId, href, userId } = await makeLearner(app, 'coming-back-course');
    const { versionId } = await enrolmentRow(enrolmentId);
    await client.get(`${href}/first-steps`);
    await client.post(`${href}/first-steps/viewed`);
    await client.post(`${href}/withdraw`);
    await publishSmallCourse(app, 'coming-back-course', { text: 'Quite another step.' });
    const answer = await client.post('/courses/coming-back-course/enrol');
    expect(answer.headers['location']).toBe(href);
    const page = await client.follow(answer);
    expect(page.text).toContain('Welcome back');
    expect(page.text).toContain('1 of 4 done');
    expect(await enrolmentRow(enrolmentId)).toMatchObject({ status: 'active', versionId });
    expect(await enrolmentsOf(userId)).toBe(1);
    expect(await eventsOf('enrolment.created', enrolmentId)).toBe(1);
  });

  test('coming back to what was never opened gives the newest version', async () => {
    await publishSmallCourse(app, 'never-opened-course');
    const { enrolmentId, userId } = await makeLearner(app, 'never-opened-course');
    await withdraw({ enrolmentId, userId });
    const { id } = await publishSmallCourse(app, 'never-opened-course', { text: 'New.' });
    await enrol({ userId, courseSlug: 'never-opened-course' });
    expect(await enrolmentRow(enrolmentId)).toMatchObject({ status: 'active', versionId: id });
  });
});

describe('by code', () => {
  const makeCode = (wishes: Partial<Parameters<typeof createEnrolmentCode>[0]> = {}) =>
    createEnrolmentCode({ courseSlug: SLUG, organisationId: null, maxUses: null, ...wishes });

  test('typed as people type, it lets one in', async () => {
    const code = await makeCode({ maxUses: 5 });
    const { client, userId } = await signedIn(app);
    expect((await client.get('/enrol')).status).toBe(200);
    const typed = ` ${code.slice(0, 4).toLowerCase()} – ${code.slice(4)} `;
    const answer = await client.post('/enrol', { code: typed });
    expect(answer.status).toBe(303);
    const row = await Enrolment.findOne({ userId }).lean();
    expect(row).toMatchObject({ via: 'code', code });
    expect(await EnrolmentCode.findOne({ code }).lean()).toMatchObject({ uses: 1 });
  });

  test('a link shows the course and who offers it, then enrols', async () => {
    const host = await createOrganisation({
      code: 'rail-union',
      name: 'Rail Union',
      kind: 'union',
      timeZone: 'Asia/Singapore',
    });
    const code = await makeCode({ organisationId: host.id });
    const { client, userId } = await signedIn(app);
    const page = await client.get(`/enrol/${code}`);
    expect(page.text).toContain('Offered to you by Rail Union');
    expect(page.text).toContain('A small course');
    expect(await enrolmentsOf(userId)).toBe(0);
    await client.post('/enrol', { code });
    expect(await Enrolment.findOne({ userId }).lean()).toMatchObject({
      organisationId: host.id,
      organisationPath: [host.id],
    });
  });

  test.each([
    ['nothing', () => Promise.resolve(''), 'Enter the code'],
    ['an unknown one', () => Promise.resolve('NOSUCHCODE'), 'There is no such code'],
    ['an early one', () => makeCode({ startsAt: new Date(now().getTime() + DAY) }), 'not open yet'],
    ['a late one', () => makeCode({ endsAt: new Date(now().getTime() - DAY) }), 'has run out'],
    ['a full one', () => makeCode({ maxUses: 0 }), 'All places of this code are taken'],
  ])('%s is refused with the reason, and kept in the field', async (_name, make, reason) => {
    const code = await make();
    const { client, userId } = await signedIn(app);
    await client.get('/enrol');
    const page = await client.post('/enrol', { code });
    expect(page.status).toBe(422);
    expect(page.text).toContain(reason);
    expect(page.text).toContain('href="#field-code"');
    if (code) expect(page.text).toContain(`value="${code}"`);
    expect(await enrolmentsOf(userId)).toBe(0);
  });

  test('twelve people at once and five places: five are in', async () => {
    const code = await makeCode({ maxUses: 5 });
    const people = [];
    for (let each = 0; each < 12; each += 1) people.push(await signedIn(app));
    const answers = await Promise.all(people.map(({ client }) => client.post('/enrol', { code })));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(7);
    expect(await Enrolment.countDocuments({ code })).toBe(5);
    expect(await EnrolmentCode.findOne({ code }).lean()).toMatchObject({ uses: 5 });
  });

  test('someone who is in already uses nothing up', async () => {
    const code = await makeCode({ maxUses: 5 });
    const { client } = await makeLearner(app, SLUG);
    const page = await client.follow(await client.post('/enrol', { code }));
    expect(page.text).toContain('already enrolled');
    expect(await EnrolmentCode.findOne({ code }).lean()).toMatchObject({ uses: 0 });
  });

  test('nobody may try them all', async () => {
    const { client } = await signedIn(app);
    await client.get('/enrol');
    const statuses: number[] = [];
    for (let each = 0; each < 21; each += 1) {
      statuses.push((await client.post('/enrol', { code: `WRONG${each}` })).status);
    }
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(422));
    expect(statuses[20]).toBe(429);
  });
});
