import { inflateRawSync } from 'node:zlib';
import { findUserIdByEmail, WHOLE_SITE } from '../../src/modules/accounts';
import { SessionRecord, User } from '../../src/modules/accounts/model';
import { certificateOf } from '../../src/modules/certificates';
import { Certificate } from '../../src/modules/certificates/model';
import { Reminder } from '../../src/modules/enrolling/model';
import { findEnrolmentIn } from '../../src/modules/learning';
import { MailSend, Notification } from '../../src/modules/notifications/model';
import { addMembership, createOrganisation, membershipsOf } from '../../src/modules/organisations';
import { AuditLog, sealAudit, verifyAudit } from '../../src/platform/audit';
import { useApp } from '../support/app';
import { PASSWORD, signedIn } from '../support/factories/accounts';
import { publishReadingCourse } from '../support/factories/certificates';
import { makeLearner, publishSmallCourse } from '../support/factories/learning';

const app = useApp();
let union: string;

beforeAll(async () => {
  const zone = { timeZone: 'Asia/Singapore' };
  const centre = await createOrganisation({
    code: 'kelas-centre',
    name: 'Kelas Centre',
    kind: 'umbrella',
    ...zone,
  });
  union = (
    await createOrganisation({ code: 'rail', name: 'Rail', kind: 'union', parentId: centre.id })
  ).id;
  await publishReadingCourse(app, 'short');
  await publishSmallCourse(app, 'begun');
});

/** Files of a zip by name, from its directory. */
function filesIn(zip: Buffer): Map<string, string> {
  const end = zip.lastIndexOf('PK\u0005\u0006');
  let at = zip.readUInt32LE(end + 16);
  const files = new Map<string, string>();
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [packed, size] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    const length = zip.readUInt16LE(at + 28);
    const head = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + length);
    const start = head + 30 + zip.readUInt16LE(head + 26) + zip.readUInt16LE(head + 28);
    const content = inflateRawSync(zip.subarray(start, start + packed));
    expect(content.length).toBe(size);
    files.set(name, content.toString('utf8'));
    at += 46 + length;
  }
  return files;
}

/** Someone who is a member, has completed one course and begun another. */
async function makeHolder(name: string) {
  const learner = await makeLearner(app, 'short', { name });
  const { client, userId } = learner;
  await client.post(`${learner.href}/first-steps/viewed`);
  await client.post('/courses/begun/enrol');
  await addMembership({
    userId,
    organisationId: union,
    kind: 'union-member',
    number: `N-${userId.slice(-6)}`,
    startsOn: '2020-01-01',
  });
  await app.drain();
  const certificate = await certificateOf(learner.enrolmentId);
  if (!certificate?.ready) throw new Error('There is no certificate');
  return { ...learner, certificate };
}

const leave = (
  client: Awaited<ReturnType<typeof makeHolder>>['client'],
  certificateNames: string,
) => client.post('/me/data/delete', { certificateNames, currentPassword: PASSWORD });

describe('one’s own data', () => {
  test('is taken along: everything, of oneself only', async () => {
    const holder = await makeHolder('=HYPERLINK("x") Mei');
    const other = await makeHolder('Someone Else');
    const { client } = holder;
    expect((await client.get('/me/data')).text).toContain('/me/data/download');
    const answer = await client.getBytes('/me/data/download');
    expect(answer.headers['content-type']).toBe('application/zip');
    const files = filesIn(answer.body as Buffer);
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([
        'account.csv',
        'memberships.csv',
        'enrolments.csv',
        'steps.csv',
        'certificates.csv',
        'notifications.csv',
        'activity.csv',
        'everything.json',
      ]),
    );
    const all = JSON.parse(files.get('everything.json') ?? '');
    expect(all.account).toMatchObject([{ name: holder.name, email: holder.email }]);
    expect(all.memberships).toMatchObject([{ organisation: 'Rail', kind: 'union-member' }]);
    expect(all.enrolments.map(({ course }: { course: string }) => course)).toEqual([
      'short',
      'begun',
    ]);
    expect(all.certificates).toMatchObject([{ number: holder.certificate.number }]);
    expect(all.activity.length).toBeGreaterThan(3);
    // A spreadsheet shows the name and calculates nothing.
    expect(files.get('account.csv')).toContain(`"'=HYPERLINK(""x"") Mei"`);
    for (const content of files.values()) {
      expect(content).not.toContain(other.userId);
      expect(content).not.toContain('Someone Else');
      expect(content).not.toContain('argon2');
    }
  });
});

describe('leaving', () => {
  test('needs the password and a decision about the certificates', async () => {
    const { client, userId } = await signedIn(app);
    const page = await client.get('/me/data/delete');
    expect(page.text).toContain('This cannot be undone');
    const bare = await client.post('/me/data/delete', { currentPassword: PASSWORD });
    expect(bare.status).toBe(422);
    const wrong = await client.post('/me/data/delete', {
      certificateNames: 'keep',
      currentPassword: 'not the password',
    });
    expect(wrong.status).toBe(422);
    expect(await User.exists({ _id: userId })).not.toBeNull();
  });

  test('takes the person out of everything, and without consent off the certificate', async () => {
    const holder = await makeHolder('Rosli bin Yusof');
    const { client, userId, email, certificate } = holder;
    const elsewhere = app.client();
    await Reminder.create({
      userId,
      day: '2026-01-01',
      enrolmentId: holder.enrolmentId,
      by: 'staff',
      actId: 'act',
      createdAt: new Date(),
    });
    const before = await elsewhere.get(`/verify/${certificate.code}`);
    expect(before.text).toContain('Rosli bin Yusof');
    const gone = await leave(client, 'remove');
    expect(gone.headers['location']).toBe('/');
    expect((await client.follow(gone)).text).toContain('Your account is deleted');
    expect((await client.get('/me')).headers['location']).toContain('/sign-in');
    expect(await findUserIdByEmail(email)).toBeNull();
    expect(await SessionRecord.countDocuments({ 'session.passport.user': userId })).toBe(0);
    await app.drain();

    expect(await membershipsOf(userId)).toEqual([]);
    expect(await Notification.countDocuments({ userId })).toBe(0);
    expect(await MailSend.countDocuments({ userId })).toBe(0);
    expect(await Reminder.countDocuments({ userId })).toBe(0);
    expect((await findEnrolmentIn(userId, 'begun'))?.status).toBe('withdrawn');
    expect((await findEnrolmentIn(userId, 'short'))?.status).toBe('completed');
    const after = await elsewhere.get(`/verify/${certificate.code}`);
    expect(after.status).toBe(200);
    expect(after.text).not.toContain('Rosli');
    expect(after.text).toContain('The holder has left Kelas');
    const json = await elsewhere.getJson(`/verify/${certificate.code}.json`);
    expect(json.body).toMatchObject({ status: 'valid', holder: null });
    const row = await Certificate.findById(certificate.id).lean();
    expect(row?.words.join(' ')).not.toContain('rosli');
    expect(await app.platform.storage.get(row?.pdf?.key ?? '')).toBeNull();

    // Nowhere in the audit log, which is whole all the same.
    const entries = await AuditLog.find({
      $or: [{ userId }, { 'subject.id': userId }],
    }).lean();
    expect(entries.length).toBeGreaterThan(3);
    expect(JSON.stringify(entries)).not.toMatch(/Rosli|person-\d+@|127\.0\.0\.1/);
    const secret = app.platform.config.sessionSecret ?? '';
    await sealAudit(secret);
    expect((await verifyAudit(secret)).faults).toEqual([]);
    // The number is nobody's, the address free again.
    const again = await makeHolder('Another Person');
    expect(again.userId).not.toBe(userId);
    const { userId: back } = await signedIn(app, { email });
    expect(back).not.toBe(userId);
  });

  test('with consent the certificate stays as it is', async () => {
    const holder = await makeHolder('Siti Aminah');
    await leave(holder.client, 'keep');
    await app.drain();
    const page = await app.client().get(`/verify/${holder.certificate.code}`);
    expect(page.text).toContain('Siti Aminah');
    const row = await Certificate.findById(holder.certificate.id).lean();
    expect(await app.platform.storage.get(row?.pdf?.key ?? '')).not.toBeNull();
  });

  test('is not for the last administrator of the site', async () => {
    const { client, userId } = await signedIn(app, {
      grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
    });
    const answer = await leave(client, 'keep');
    expect(answer.status).toBe(409);
    expect(await User.exists({ _id: userId })).not.toBeNull();
  });
});
