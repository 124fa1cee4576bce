import { Reminder } from '../../src/modules/enrolling/model';
import { enrol, setDueDate, withdraw } from '../../src/modules/learning';
import { AuditLog } from '../../src/platform/audit';
import { DAY, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import { signedIn } from '../support/factories/accounts';
import { enrolmentRow, publishSmallCourse } from '../support/factories/learning';
import { mailsTo } from '../support/mails';
import { makeUnions, type Unions } from './site';

const app = useApp();
const SLUG = 'chosen-course';
let unions: Unions;

beforeAll(async () => {
  await publishSmallCourse(app, SLUG);
  unions = await makeUnions(app);
});
afterEach(() => setClock());

const learner = async (where: 'own' | 'other') => {
  const person = await unions.member(where);
  const { enrolmentId } = await enrol({ userId: person.userId, courseSlug: SLUG });
  return { ...person, enrolmentId };
};

const post = (path: string, ids: readonly string[], fields: Record<string, string> = {}) =>
  unions.staff.client.post(path, { 'enrolmentIds[]': ids, ...fields });

const WORDS = {
  text_en: 'Dear {name}, {course} is due {date}.',
  text_zh: '亲爱的 {name}，{course}',
  text_ms: 'Hai {name}, {course}',
  text_ta: '{name}, {course}',
};

describe('a reminder', () => {
  test('is shown as it will be read, sent in the reader’s words, once a day for a person', async () => {
    const person = await learner('own');
    await setDueDate({
      enrolmentId: person.enrolmentId,
      dueOn: '2027-03-31',
      scope: { kind: 'all' },
    });
    const asked = await post('/staff/remind', [person.enrolmentId], {
      back: '/staff/people?page=2',
    });
    expect(asked.text).toContain(person.name);
    expect(asked.text).toContain('Your course “A small course” is waiting for you.');
    const preview = await post('/staff/remind/preview', [person.enrolmentId], WORDS);
    expect(preview.text).toContain(`Dear ${person.name}, A small course is due 31 March 2027.`);
    expect(await Reminder.countDocuments({ userId: person.userId })).toBe(0);
    const send = () =>
      post('/staff/remind/send', [person.enrolmentId], { ...WORDS, back: '/staff/people?page=2' });
    const sent = await Promise.all([send(), send(), send()]);
    await app.drain();
    expect(await Reminder.countDocuments({ userId: person.userId })).toBe(1);
    const mails = async () =>
      (await mailsTo(app, person.email)).filter(({ subject }) =>
        subject.startsWith('Your course is waiting'),
      );
    expect(await mails()).toHaveLength(1);
    expect((await mails())[0]?.text).toContain(
      `Dear ${person.name}, A small course is due 31 March 2027.`,
    );
    const pages = await Promise.all(
      sent.map(({ headers }) => unions.staff.client.get(String(headers['location']))),
    );
    expect(
      pages.filter(({ text }) => text.includes('Has been reminded today already')),
    ).toHaveLength(2);
    expect(pages[0]?.text).toContain('/staff/people?page=2');
    setClock(() => new Date(Date.now() + DAY));
    await unions.staff.client.get('/staff/remind');
    await send();
    await app.drain();
    expect(await Reminder.countDocuments({ userId: person.userId })).toBe(2);
    expect(await mails()).toHaveLength(2);
  });

  test('those who are late are proposed, and only they', async () => {
    const [late, inTime, gone] = [await learner('own'), await learner('own'), await learner('own')];
    const elsewhere = await learner('other');
    for (const { enrolmentId } of [late, gone, elsewhere]) {
      await setDueDate({ enrolmentId, dueOn: '2020-01-01', scope: { kind: 'all' } });
    }
    await setDueDate({
      enrolmentId: inTime.enrolmentId,
      dueOn: '2099-01-01',
      scope: { kind: 'all' },
    });
    await withdraw(gone);
    await app.drain();
    const page = await unions.staff.client.get('/staff/remind');
    expect(page.text).toContain(late.enrolmentId);
    for (const { enrolmentId } of [inTime, gone, elsewhere]) {
      expect(page.text).not.toContain(enrolmentId);
    }
  });

  test('an empty message and nobody chosen come back', async () => {
    const person = await learner('own');
    const empty = await post('/staff/remind/send', [person.enrolmentId], {
      ...WORDS,
      text_en: ' ',
    });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('Write a message');
    expect(empty.text).toContain('Hai {name}');
    expect((await post('/staff/remind', [])).status).toBe(422);
    expect((await post('/staff/remind', ['nonsense'])).status).toBe(422);
  });
});

test('a due date is set for many and taken away', async () => {
  const people = [await learner('own'), await learner('own')];
  const ids = people.map(({ enrolmentId }) => enrolmentId);
  expect((await post('/staff/due', ids)).text).toContain('For 2 people');
  expect((await post('/staff/due/set', ids, { dueOn: '2027-02-30' })).status).toBe(422);
  for (const dueOn of ['2027-02-28', '']) {
    const answer = await post('/staff/due/set', ids, { dueOn });
    await app.drain();
    expect((await unions.staff.client.follow(answer)).text).toContain('2 done');
    for (const id of ids) expect((await enrolmentRow(id)).dueOn).toBe(dueOn || null);
  }
});

test('people are withdrawn with a reason, which is in the log', async () => {
  const { enrolmentId } = await learner('own');
  expect((await post('/staff/withdraw', [enrolmentId])).text).toContain('They can no longer open');
  expect((await post('/staff/withdraw/confirm', [enrolmentId], { reason: ' ' })).status).toBe(422);
  await post('/staff/withdraw/confirm', [enrolmentId], { reason: 'Left the company' });
  await app.drain();
  expect((await enrolmentRow(enrolmentId)).status).toBe('withdrawn');
  const row = await AuditLog.findOne({
    action: 'learning.withdraw',
    'subject.id': enrolmentId,
  }).lean();
  expect(row).toMatchObject({ userId: unions.staff.userId, after: { reason: 'Left the company' } });
});

test('whoever is outside of the scope is neither shown nor touched', async () => {
  const elsewhere = await learner('other');
  const ids = [elsewhere.enrolmentId];
  for (const path of ['/staff/remind', '/staff/due', '/staff/withdraw']) {
    const answer = await post(path, ids);
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain(elsewhere.name);
  }
  await post('/staff/remind/send', ids, WORDS);
  await post('/staff/due/set', ids, { dueOn: '2027-01-01' });
  await post('/staff/withdraw/confirm', ids, { reason: 'Because I can' });
  await app.drain();
  expect(await enrolmentRow(elsewhere.enrolmentId)).toMatchObject({
    status: 'active',
    dueOn: null,
  });
  expect(await Reminder.countDocuments({ userId: elsewhere.userId })).toBe(0);
  const worker = await signedIn(app);
  expect((await worker.client.post('/staff/due/set', { 'enrolmentIds[]': ids })).status).toBe(403);
});
