import { certificateOf, reconcileCertificates } from '../../src/modules/certificates';
import { addMonths, endOfDay } from '../../src/modules/certificates/dates';
import { Certificate, type CertificateRow } from '../../src/modules/certificates/model';
import { remindHolders } from '../../src/modules/certificates/service/remind';
import { changeStanding } from '../../src/modules/certificates/service/standing';
import { supersedeCertificate } from '../../src/modules/certificates/service/supersede';
import { Enrolment } from '../../src/modules/learning/model';
import { Notification } from '../../src/modules/notifications/model';
import type { Organisation } from '../../src/modules/organisations';
import { AuditLog } from '../../src/platform/audit';
import type { Scope } from '../../src/platform/authz';
import { DAY, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import { signIn } from '../support/factories/accounts';
import { type Learner, makeLearner, publishSmallCourse } from '../support/factories/learning';
import { makeOrganisation } from '../support/factories/organisations';
import { mailsTo } from '../support/mails';

const site = useApp();
const SLUG = 'lasting';
const ENDING = 'ending';
const ALL: Scope = { kind: 'all' };

let centre: Organisation;
let elsewhere: Organisation;

beforeAll(async () => {
  centre = await makeOrganisation('umbrella', {
    code: 'kelas-centre',
    name: 'Kelas Labour Centre',
  });
  elsewhere = await makeOrganisation('union');
  const course = 'completion: { all: [{ viewed: first-steps }] }';
  await publishSmallCourse(site, SLUG, { course });
  await publishSmallCourse(site, ENDING, {
    course: `${course}\n`,
    certificate: '{ hours: 1, validMonths: 12 }',
  });
});
afterEach(() => setClock());

async function certified(slug = SLUG): Promise<{ learner: Learner; row: CertificateRow }> {
  const learner = await makeLearner(site, slug);
  await learner.client.post(`${learner.href}/first-steps/viewed`);
  await site.drain();
  return { learner, row: await rowOf(learner.enrolmentId) };
}

async function rowOf(enrolmentId: string): Promise<CertificateRow> {
  const id = (await certificateOf(enrolmentId))?.id;
  const row = await Certificate.findById(id).lean<CertificateRow>();
  if (!row) throw new Error('There is no certificate');
  return row;
}

const idOf = (row: CertificateRow) => row._id.toHexString();
const program = async (row: CertificateRow) =>
  (await site.client().getJson(`/verify/${row.code}.json`)).body;
const told = async (userId: string) =>
  (await Notification.find({ userId }).sort({ _id: 1 }).lean()).map(({ kind }) => kind);

describe('days', () => {
  test('months are counted to the same day, or to the last one of a shorter month', () => {
    expect(addMonths('2026-11-21', 24)).toBe('2028-11-21');
    expect(addMonths('2026-08-31', 6)).toBe('2027-02-28');
    expect(addMonths('2027-08-31', 6)).toBe('2028-02-29');
  });

  test('a day ends by the clocks of its zone, also when they are changed', () => {
    expect(endOfDay('2026-11-21', 'Asia/Singapore').toISOString()).toBe('2026-11-21T16:00:00.000Z');
    expect(endOfDay('2026-03-29', 'Europe/London').toISOString()).toBe('2026-03-29T23:00:00.000Z');
    expect(endOfDay('2026-10-24', 'Europe/London').toISOString()).toBe('2026-10-24T23:00:00.000Z');
    expect(endOfDay('2026-10-25', 'Europe/London').toISOString()).toBe('2026-10-26T00:00:00.000Z');
  });
});

describe('suspended, reinstated, revoked', () => {
  test('each is told, audited and said to whoever checks', async () => {
    const { learner, row } = await certified();
    const certificateId = idOf(row);
    await changeStanding({ certificateId, act: 'suspend', reason: 'A doubt' }, ALL);
    expect(await program(row)).toMatchObject({ status: 'suspended' });
    const page = await site.client().get(`/verify/${row.code}`);
    expect(page.text).toContain('Not valid at present: suspended');
    expect(page.text).toContain('A doubt');
    await site.drain();
    await changeStanding({ certificateId, act: 'reinstate', reason: 'Settled' }, ALL);
    expect(await program(row)).toMatchObject({ status: 'valid', suspendedAt: null });
    await site.drain();
    await changeStanding({ certificateId, act: 'suspend', reason: 'Another doubt' }, ALL);
    await site.drain();
    await changeStanding({ certificateId, act: 'revoke', reason: 'It was not theirs' }, ALL);
    await site.drain();
    expect(await program(row)).toMatchObject({ status: 'revoked' });
    expect(await told(learner.userId)).toEqual([
      'enrolled',
      'certificate-ready',
      'certificate-suspended',
      'certificate-reinstated',
      'certificate-suspended',
      'certificate-revoked',
    ]);
    const mails = await mailsTo(site, learner.email);
    expect(mails.filter(({ text }) => text.includes('It was not theirs'))).toHaveLength(1);
    const acts = await AuditLog.find({ 'subject.id': certificateId }).sort({ _id: 1 }).lean();
    expect(acts.map(({ action }) => action)).toEqual([
      'certificates.award',
      'certificates.suspend',
      'certificates.reinstate',
      'certificates.suspend',
      'certificates.revoke',
    ]);
  });

  test.each([
    ['reinstate', 'valid', []],
    ['suspend', 'revoked', ['revoke']],
    ['revoke', 'revoked', ['revoke']],
    ['reinstate', 'revoked', ['revoke']],
  ] as const)('%s makes no sense when it is %s', async (act, standing, before) => {
    const { row } = await certified();
    const certificateId = idOf(row);
    for (const first of before)
      await changeStanding({ certificateId, act: first, reason: 'x' }, ALL);
    await expect(changeStanding({ certificateId, act, reason: 'x' }, ALL)).rejects.toMatchObject({
      code: 'standing',
      messageKey: `certificates.error.standing.${standing}`,
    });
  });

  test('outside the scope of the awarding organisation there is nothing to act upon', async () => {
    const { row } = await certified();
    const certificateId = idOf(row);
    const theirs: Scope = { kind: 'below', organisationIds: [elsewhere.id] };
    await expect(
      changeStanding({ certificateId, act: 'revoke', reason: 'x' }, theirs),
    ).rejects.toMatchObject({ code: 'not-found' });
    await expect(
      supersedeCertificate({ certificateId, holderName: 'Other', reason: 'x' }, theirs),
    ).rejects.toMatchObject({ code: 'not-found' });
    const ours: Scope = { kind: 'below', organisationIds: [centre.id] };
    await changeStanding({ certificateId, act: 'revoke', reason: 'x' }, ours);
  });

  test('twenty at once revoke once', async () => {
    const { learner, row } = await certified();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        changeStanding({ certificateId: idOf(row), act: 'revoke', reason: 'x' }, ALL),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await site.drain();
    expect((await told(learner.userId)).filter((kind) => kind.endsWith('revoked'))).toHaveLength(1);
  });
});

describe('superseded', () => {
  test('both answer, the old one points to the new, and the chain is one live award', async () => {
    const { learner, row: first } = await certified();
    const reason = 'The name was misspelt';
    await supersedeCertificate(
      { certificateId: idOf(first), holderName: 'Tan Mei Hwa', reason },
      ALL,
    );
    await site.drain();
    const second = await rowOf(learner.enrolmentId);
    await supersedeCertificate(
      { certificateId: idOf(second), holderName: 'Tan Mei Hua', reason },
      ALL,
    );
    await site.drain();
    const third = await rowOf(learner.enrolmentId);
    expect(new Set([first, second, third].flatMap(({ number, code }) => [number, code])).size).toBe(
      6,
    );
    expect(third.snapshot).toEqual({ ...first.snapshot, holderName: 'Tan Mei Hua' });
    expect(third.pdf?.sha256).not.toBe(first.pdf?.sha256);
    for (const old of [first, second]) {
      expect(await program(old)).toMatchObject({
        status: 'superseded',
        supersededBy: { number: third.number },
      });
      const page = await site.client().get(`/verify/${old.code}`);
      expect(page.status).toBe(200);
      expect(page.text).toContain(reason);
      expect(page.text).toContain(`Check certificate ${third.number}`);
    }
    expect(await program(third)).toMatchObject({ status: 'valid', holder: 'Tan Mei Hua' });
    const own = await learner.client.get(`/certificates/${idOf(first)}`);
    expect(own.text).toContain(`href="/certificates/${idOf(third)}"`);
    expect(await told(learner.userId)).toEqual([
      'enrolled',
      'certificate-ready',
      'certificate-replaced',
      'certificate-replaced',
    ]);
    setClock(() => new Date(Date.now() + DAY));
    const { storage, pdf, keys } = site.platform;
    expect(await reconcileCertificates({ storage, pdf, keys, baseUrl: 'http://x' })).toMatchObject({
      mended: 0,
      missing: 0,
    });
  });

  test('twenty at once replace once, and the index holds the rule', async () => {
    const { learner, row } = await certified();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        supersedeCertificate(
          { certificateId: idOf(row), holderName: `Name ${index}`, reason: 'x' },
          ALL,
        ),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await Certificate.countDocuments({ enrolmentId: learner.enrolmentId })).toBe(2);
    const { _id, number, code, ...rest } = await rowOf(learner.enrolmentId);
    await expect(
      Certificate.create({ ...rest, number: `${number}X`, code: `${code}X` }),
    ).rejects.toMatchObject({ code: 11000 });
  });
});

describe('expiring', () => {
  const START = new Date('2026-11-21T04:00:00Z');
  const at = (day: string) => setClock(() => new Date(`${day}T02:00:00Z`));

  async function ending(): Promise<{ learner: Learner; row: CertificateRow }> {
    setClock(() => START);
    return certified(ENDING);
  }

  /** They come back another day: their session of a year ago is over. */
  const comeBack = (learner: Learner) => signIn(learner.client, learner.email);

  test('it is valid to the end of its last day, by the organisation’s clock', async () => {
    const { row } = await ending();
    expect(row.snapshot.expiresOn).toBe('2027-11-21');
    setClock(() => new Date('2027-11-21T15:59:59Z'));
    expect(await program(row)).toMatchObject({ status: 'valid', validUntil: '2027-11-21' });
    setClock(() => new Date('2027-11-21T16:00:00Z'));
    expect(await program(row)).toMatchObject({ status: 'expired' });
    const page = await site.client().get(`/verify/${row.code}`);
    expect(page.text).toContain('No longer valid: expired');
    expect(page.text).toContain('21 November 2027');
  });

  test('reminds 60, 30 and 7 days before, each once, the late run the latest only', async () => {
    const { learner } = await ending();
    const remindedOn = async (day: string) => {
      at(day);
      await remindHolders();
      await remindHolders();
      await site.drain();
      return (await told(learner.userId)).filter((kind) => kind === 'certificate-expiring').length;
    };
    expect(await remindedOn('2027-09-10')).toBe(0);
    expect(await remindedOn('2027-09-23')).toBe(1);
    expect(await remindedOn('2027-10-01')).toBe(1);
    expect(await remindedOn('2027-10-24')).toBe(2);
    expect(await remindedOn('2027-11-16')).toBe(3);
    expect(await remindedOn('2027-11-20')).toBe(3);
    const subjects = (await mailsTo(site, learner.email)).map(({ subject }) => subject);
    expect(
      subjects.filter((subject) => subject.startsWith('Your certificate ends on 21 November 2027')),
    ).toHaveLength(3);
    const late = await ending();
    at('2027-11-18');
    await remindHolders();
    await site.drain();
    expect((await told(late.learner.userId)).at(-1)).toBe('certificate-expiring');
    expect((await rowOf(late.learner.enrolmentId)).reminded).toEqual([60, 30, 7]);
    expect(await told(late.learner.userId)).toHaveLength(3);
  });

  test('is renewed in the window by taking the course again; both verify as what they are', async () => {
    const { learner, row } = await ending();
    const renew = () => learner.client.post(`/certificates/${idOf(row)}/renew`);
    at('2027-08-01');
    await comeBack(learner);
    expect((await renew()).status).toBe(409);
    at('2027-10-01');
    await comeBack(learner);
    expect((await learner.client.get(`/certificates/${idOf(row)}`)).text).toContain(
      'Take the course again',
    );
    const answers = await Promise.all(Array.from({ length: 10 }, renew));
    expect(new Set(answers.map(({ headers }) => headers['location'])).size).toBe(1);
    const href = String(answers[0]?.headers['location']);
    expect(href).not.toBe(learner.href);
    expect(await Enrolment.countDocuments({ userId: learner.userId })).toBe(2);
    await learner.client.post(`${href}/first-steps/viewed`);
    await site.drain();
    const renewed = await rowOf(href.split('/').at(-1) ?? '');
    // In time: the new one counts from the end of the old one.
    expect(renewed.snapshot.expiresOn).toBe('2028-11-21');
    expect(renewed.renews).toBe(idOf(row));
    expect(await program(row)).toMatchObject({ status: 'valid', number: row.number });
    expect(await program(renewed)).toMatchObject({ status: 'valid', number: renewed.number });
    at('2027-11-20');
    expect(await remindHolders()).toBe(0);
    expect((await learner.client.get(`/certificates/${idOf(row)}`)).text).toContain(
      `href="/certificates/${idOf(renewed)}"`,
    );
    expect((await renew()).status).toBe(409);
    at('2027-12-01');
    expect(await program(row)).toMatchObject({ status: 'expired' });
    expect(await program(renewed)).toMatchObject({ status: 'valid' });
  });

  test('late, it counts from the day of the new award', async () => {
    const { learner, row } = await ending();
    at('2028-03-01');
    await comeBack(learner);
    const answer = await learner.client.post(`/certificates/${idOf(row)}/renew`);
    const href = String(answer.headers['location']);
    await learner.client.post(`${href}/first-steps/viewed`);
    await site.drain();
    expect((await rowOf(href.split('/').at(-1) ?? '')).snapshot.expiresOn).toBe('2029-03-01');
  });
});
