import { findPerson } from '../../src/modules/accounts';
import { LISTED_KINDS, MAIL_KINDS, type MailKind } from '../../src/modules/notifications/kinds';
import { mailText } from '../../src/modules/notifications/mail-text';
import { MailSend, Notification } from '../../src/modules/notifications/model';
import type { Notice } from '../../src/modules/notifications/notice';
import { readerIn } from '../../src/modules/notifications/reader';
import { addNotifications } from '../../src/modules/notifications/service/add-notifications';
import { sendMail, sendMails } from '../../src/modules/notifications/service/send-mail';
import { LANGUAGES } from '../../src/platform/i18n';
import { createMailer } from '../../src/platform/mail';
import { LeftForNext } from '../../src/platform/queue';
import { MINUTE, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import { makePerson, signedIn, type TestPerson } from '../support/factories/accounts';
import { makeLearner, publishSmallCourse } from '../support/factories/learning';
import { mailsTo } from '../support/mails';
import { SmtpServer } from '../support/smtp-server';

const app = useApp();
afterEach(() => setClock());

const RUN = { jobId: 'job', attempt: 1, last: false };
const noticeFor = (
  person: TestPerson,
  kind: MailKind = 'password-changed',
  ref = 'fact',
): Notice => ({
  kind,
  userId: person.userId,
  key: `${kind}-${person.userId}-${ref}`,
  values: {},
  href: '/me/sessions',
});
const rowOf = (notice: Notice) => MailSend.findOne({ sendKey: notice.key }).lean();

describe('the words', () => {
  test.each(LANGUAGES.flatMap((language) => MAIL_KINDS.map((kind) => ({ language, kind }))))(
    'of $kind in $language',
    ({ language, kind }) => {
      const values = {
        name: 'NAME',
        course: 'COURSE',
        device: 'DEVICE',
        time: 'TIME',
        reason: 'REASON',
        until: 'UNTIL',
        organisation: 'ORGANISATION',
        message: 'MESSAGE',
        report: 'REPORT',
        day: 'DAY',
        enrolled: '4',
        active: '3',
        completed: '2',
        overdue: '1',
      };
      const text = mailText(kind, values, 'https://x.example/', readerIn(language, 'UTC'));
      const all = [text.subject, ...text.paragraphs, ...text.after].join('\n');
      expect(text.subject.length).toBeGreaterThan(3);
      expect(text.subject.length).toBeLessThan(90);
      expect(all).not.toMatch(/undefined|\{|\}/);
      expect(text.paragraphs.length + text.after.length).toBeGreaterThan(1);
      if (kind === 'enrolled' || kind.startsWith('certificate-')) expect(all).toContain('COURSE');
      if (kind === 'new-device') expect(all).toContain('DEVICE');
    },
  );

  test('a stranger’s words do not reach a mailbox by the name of an account', async () => {
    const client = app.client();
    await client.get('/sign-up');
    await client.post('/sign-up', {
      name: 'Win a prize at evil.example',
      email: 'target@example.org',
      password: 'kettle orbit lantern moss',
    });
    await app.drain();
    const [mail] = await mailsTo(app, 'target@example.org');
    expect(mail?.text).not.toContain('evil.example');
    expect(mail?.raw).not.toContain('evil.example');
  });
});

describe('a mail', () => {
  test('has a text and an HTML part, its key in the Message-ID, and says who it is from', async () => {
    const person = await makePerson({ name: 'Tan <i>Mei</i>', language: 'en' });
    await sendMail(app.platform, noticeFor(person), RUN);
    const [mail] = await mailsTo(app, person.email);
    expect(mail?.raw).toContain(`Message-ID: <password-changed-${person.userId}-fact@127.0.0.1>`);
    expect(mail?.raw).toContain('Content-Type: text/plain');
    expect(mail?.raw).toContain('Content-Type: text/html');
    expect(mail?.raw).toContain('Auto-Submitted: auto-generated');
    expect(mail?.text).toContain('Hello Tan <i>Mei</i>,');
    expect(mail?.raw).not.toMatch(/Hello Tan <i>Mei<\/i>,[\s\S]*Hello Tan <i>/);
    expect(mail?.text).toContain('127.0.0.1:3000');
  });

  test('goes out once, however often and at whatever moment its job runs', async () => {
    const person = await makePerson();
    const sent: string[] = [];
    const slow = {
      ...app.platform,
      mailer: {
        send: async (mail: { key: string }) => {
          await new Promise((resolve) => setImmediate(resolve));
          sent.push(mail.key);
        },
      },
    };
    const notice = noticeFor(person);
    const runs = await Promise.allSettled(
      Array.from({ length: 10 }, () => sendMail(slow, notice, RUN)),
    );
    expect(sent).toHaveLength(1);
    expect(runs.some(({ status }) => status === 'fulfilled')).toBe(true);
    await sendMail(slow, notice, RUN);
    expect(sent).toHaveLength(1);
    expect(await rowOf(notice)).toMatchObject({ status: 'sent', tries: 1 });
  });

  test('of a try that died is taken over when its lease is through', async () => {
    const person = await makePerson();
    const notice = noticeFor(person);
    const dying = { ...app.platform, mailer: { send: () => new Promise<void>(() => undefined) } };
    void sendMail(dying, notice, RUN);
    while ((await rowOf(notice))?.tries !== 1)
      await new Promise((resolve) => setImmediate(resolve));
    await expect(sendMail(app.platform, notice, RUN)).rejects.toThrow('under way');
    setClock(() => new Date(Date.now() + 3 * MINUTE));
    await sendMail(app.platform, notice, RUN);
    expect(await mailsTo(app, person.email)).toHaveLength(1);
    expect(await rowOf(notice)).toMatchObject({ status: 'sent', tries: 2 });
  });

  test('to an account that is gone is skipped', async () => {
    const notice = noticeFor({ userId: '665f000000000000000000ff', name: '', email: '' });
    await sendMail(app.platform, notice, RUN);
    expect(await rowOf(notice)).toMatchObject({ status: 'skipped', reason: 'no-account' });
  });

  test('whose link leads nowhere any more is skipped', async () => {
    const person = await makePerson();
    const notice = noticeFor(person, 'confirm');
    await sendMail(app.platform, notice, RUN);
    expect(await rowOf(notice)).toMatchObject({ status: 'skipped', reason: 'out-of-date' });
  });
});

describe('the mail server', () => {
  const server = new SmtpServer();
  let byServer: typeof app.platform;
  beforeAll(async () => {
    const smtpUrl = await server.start();
    byServer = {
      ...app.platform,
      mailer: createMailer({ ...app.platform.config, smtpUrl }),
    };
  });
  afterAll(() => server.stop());

  test('that is away for a while gets the mail later, once', async () => {
    const person = await makePerson({ name: 'Ravi' });
    const notice = noticeFor(person);
    server.refusals = 2;
    await expect(sendMail(byServer, notice, RUN)).rejects.toThrow('451');
    expect(await rowOf(notice)).toMatchObject({ status: 'waiting', tries: 1 });
    await expect(sendMail(byServer, notice, { ...RUN, last: true })).rejects.toThrow('451');
    expect(await rowOf(notice)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('451'),
    });
    await sendMail(byServer, notice, RUN);
    await sendMail(byServer, notice, RUN);
    expect(server.messages).toHaveLength(1);
    expect(server.messages[0]).toContain(`To: ${person.email}`);
    expect(await rowOf(notice)).toMatchObject({ status: 'sent', reason: null });
  });

  test('that refuses one of several gets the others, and that one later', async () => {
    const people = [await makePerson(), await makePerson(), await makePerson()];
    const left = { userId: '665f000000000000000000fe', name: '', email: '' };
    const notices = [...people, left].map((person) => noticeFor(person));
    const [first, second] = notices as [Notice, Notice];
    const before = server.messages.length;
    let goOn = () => {};
    const hung = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow = { ...byServer, mailer: { send: () => hung } };
    const other = sendMail(slow, second, RUN);
    while ((await rowOf(second))?.tries !== 1)
      await new Promise((resolve) => setImmediate(resolve));
    server.refusals = 1;
    await expect(sendMails(byServer, notices, RUN)).rejects.toThrow('2 of 4');
    const states = async () => (await Promise.all(notices.map(rowOf))).map((row) => row?.status);
    expect(await states()).toEqual(['waiting', 'waiting', 'sent', 'skipped']);
    expect(server.messages).toHaveLength(before + 1);
    goOn();
    await other;
    await sendMails(byServer, notices, RUN);
    expect(await states()).toEqual(['sent', 'sent', 'sent', 'skipped']);
    expect(server.messages).toHaveLength(before + 2);
    expect(await rowOf(first)).toMatchObject({ tries: 2, reason: null, holder: null });
  });
});

test('a database that fails once while mails are marked makes none of them go out twice', async () => {
  const people = [await makePerson(), await makePerson(), await makePerson()];
  const notices = people.map((person) => noticeFor(person, 'password-changed', 'marks'));
  const sent: string[] = [];
  const away = () => Promise.reject(new Error('The database is away'));
  const mailer = {
    send: async ({ key }: { key: string }) => {
      if (sent.push(key) === 1)
        jest.spyOn(MailSend.collection, 'bulkWrite').mockImplementationOnce(away);
    },
  };
  const sender = { ...app.platform, mailer };
  await Promise.allSettled([sendMails(sender, notices, RUN)]);
  setClock(() => new Date(Date.now() + 3 * MINUTE));
  await sendMails(sender, notices, RUN);
  expect(sent).toEqual(notices.map(({ key }) => key));
});

describe('a worker that is to end in the midst of several mails', () => {
  test('leaves those that it has not begun, and the next sends each of them once', async () => {
    const people = [await makePerson(), await makePerson(), await makePerson()];
    const notices = people.map((person) => noticeFor(person, 'password-changed', 'ending'));
    const sent: string[] = [];
    const mailer = { send: async ({ key }: { key: string }) => void sent.push(key) };
    const ending = () => sent.length > 0;
    const run = { ...RUN, last: true, ending };
    await expect(sendMails({ ...app.platform, mailer }, notices, run)).rejects.toThrow(LeftForNext);
    expect(sent).toEqual([notices[0]?.key]);
    const states = async () => (await Promise.all(notices.map(rowOf))).map((row) => row?.status);
    expect(await states()).toEqual(['sent', 'waiting', 'waiting']);
    await sendMails({ ...app.platform, mailer }, notices, RUN);
    expect(sent).toEqual(notices.map(({ key }) => key));
    expect(await states()).toEqual(['sent', 'sent', 'sent']);
  });
});

describe('from event to mailbox', () => {
  beforeAll(() => publishSmallCourse(app, 'mail-course'));

  test('enrolling: one mail and one notification in the person’s language', async () => {
    const { client, email, userId, href } = await makeLearner(app, 'mail-course', {
      language: 'ms',
    });
    await app.drain();
    await app.drain();
    const mails = await mailsTo(app, email);
    expect(mails.map(({ subject }) => subject)).toEqual(['Anda telah mendaftar: A small course']);
    expect(mails[0]?.links).toContain(`http://127.0.0.1:3000${href}`);
    expect(mails[0]?.links).toContain('http://127.0.0.1:3000/me/notifications');
    expect(await Notification.countDocuments({ userId })).toBe(1);
    const page = await client.get('/notifications');
    expect(page.text).toContain('Anda telah mendaftar: A small course');
    expect(page.text).toContain('k-count');
  });

  test('mails about learning can be switched off, others not; the list stays whole', async () => {
    const { client, userId } = await signedIn(app);
    const page = await client.get('/me/notifications');
    expect(page.text.match(/name="mails"[^>]*checked/g)).toHaveLength(4);
    const done = await client.post('/me/notifications', { mails: 'certificate-ready' });
    expect(done.status).toBe(303);
    expect((await client.follow(done)).text.match(/name="mails"[^>]*checked/g)).toHaveLength(1);
    expect((await client.post('/me/notifications', { mails: 'reset' })).status).toBe(422);

    const person = await findPerson(userId);
    const own = { userId, name: person?.name ?? '', email: person?.email ?? '' };
    for (const kind of ['enrolled', 'password-changed'] as const) {
      await sendMail(app.platform, noticeFor(own, kind), RUN);
      await addNotifications([noticeFor(own, kind)]);
    }
    expect(await rowOf(noticeFor(own, 'enrolled'))).toMatchObject({
      status: 'skipped',
      reason: 'switched-off',
    });
    expect((await mailsTo(app, own.email)).map(({ subject }) => subject)).toEqual([
      'Your password was changed',
    ]);
    expect(await Notification.countDocuments({ userId })).toBe(2);
    await client.post('/me/notifications');
    expect((await client.get('/me/notifications')).text).not.toMatch(/name="mails"[^>]*checked/);
  });

  test('mails about learning wait for a confirmed address', async () => {
    const person = await makePerson({ confirmed: false });
    const notice = noticeFor(person, 'enrolled');
    await sendMail(app.platform, notice, RUN);
    expect(await rowOf(notice)).toMatchObject({ status: 'skipped', reason: 'unconfirmed' });
  });

  test('every kind of the list has an icon and words', async () => {
    const { client, userId } = await signedIn(app);
    for (const kind of LISTED_KINDS) {
      await addNotifications([{ kind, userId, key: kind, values: {}, href: '/me' }]);
    }
    for (const language of LANGUAGES) {
      await client.post('/preferences', { language });
      const page = await client.get('/notifications');
      expect(page.status).toBe(200);
      expect(page.text.match(/<article/g)).toHaveLength(LISTED_KINDS.length);
    }
  });
});
