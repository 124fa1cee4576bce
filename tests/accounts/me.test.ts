import { findPerson } from '../../src/modules/accounts';
import { AuditLog } from '../../src/platform/audit';
import { useApp } from '../support/app';
import { makePerson, PASSWORD, signedIn, signIn } from '../support/factories/accounts';
import { linkIn, mailsTo } from '../support/mails';

const app = useApp();
const CHANGE = 'Confirm your new e-mail';

describe('one’s own account', () => {
  test('every page is for those who are signed in', async () => {
    const stranger = app.client();
    for (const path of ['/me', '/me/name', '/me/email', '/me/password', '/me/sessions']) {
      expect((await stranger.get(path)).headers['location']).toContain('/sign-in?returnTo=');
    }
  });

  test('the name is tidied, kept and written down', async () => {
    const { client, userId } = await signedIn(app, { name: 'Before' });
    expect((await client.get('/me/name')).text).toContain('value="Before"');
    expect((await client.post('/me/name', { name: '   ' })).status).toBe(422);
    const done = await client.post('/me/name', { name: '  <b>陈</b>   சித்ரா ' });
    expect(done.status).toBe(303);
    const me = await client.follow(done);
    expect(me.text).toContain('&lt;b&gt;陈&lt;/b&gt; சித்ரா');
    expect((await findPerson(userId))?.name).toBe('<b>陈</b> சித்ரா');
    const row = await AuditLog.findOne({ action: 'accounts.change-name', userId }).lean();
    expect(row).toMatchObject({
      before: { name: 'Before' },
      after: { name: '<b>陈</b> சித்ரா' },
      ip: expect.any(String),
      requestId: expect.any(String),
    });
  });

  test('an unconfirmed address gets a calm note and a link', async () => {
    const { client, email, userId } = await signedIn(app, { confirmed: false });
    expect((await client.get('/me')).text).toContain('not confirmed yet');
    await client.post('/me/email/confirm');
    await app.drain();
    const link = await linkIn(app, email, 'Confirm your e-mail');
    const page = await client.get(link);
    expect(page.text).not.toContain('type="password"');
    expect((await client.post(link)).headers['location']).toBe('/learn');
    expect((await findPerson(userId))?.emailConfirmedAt).toBeInstanceOf(Date);
  });
});

describe('changing the e-mail', () => {
  test('needs the password and a confirmation; the old address is told', async () => {
    const { client, email, userId } = await signedIn(app);
    const next = 'moved@example.org';
    await client.get('/me/email');
    const wrong = await client.post('/me/email', { email: next, currentPassword: 'no' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain(`value="${next}"`);
    const asked = await client.post('/me/email', { email: next, currentPassword: PASSWORD });
    expect((await client.follow(asked)).text).toContain(next);
    await app.drain();
    expect((await findPerson(userId))?.email).toBe(email);
    const link = await linkIn(app, next, CHANGE);
    const mailbox = app.client();
    expect((await mailbox.get(link)).text).toContain(next);
    expect((await mailbox.post(link)).status).toBe(303);
    expect((await mailbox.get(link)).status).toBe(410);
    expect((await findPerson(userId))?.email).toBe(next);
    await app.drain();
    expect((await mailsTo(app, email)).map(({ subject }) => subject)).toEqual([
      'Your e-mail address was changed',
    ]);
    await signIn(app.client(), next);
  });

  test('a taken address looks the same; its owner is told and no link goes out', async () => {
    const other = await makePerson();
    const { client, userId, email } = await signedIn(app);
    await client.get('/me/email');
    const asked = await client.post('/me/email', {
      email: other.email,
      currentPassword: PASSWORD,
    });
    expect(asked.status).toBe(303);
    await app.drain();
    expect((await mailsTo(app, other.email)).map(({ subject }) => subject)).toEqual([
      'You already have an account',
    ]);
    expect((await findPerson(userId))?.email).toBe(email);
  });

  test('can be called off, and its link is dead then', async () => {
    const { client } = await signedIn(app);
    const next = 'called-off@example.org';
    await client.get('/me/email');
    await client.post('/me/email', { email: next, currentPassword: PASSWORD });
    await app.drain();
    const link = await linkIn(app, next, CHANGE);
    await client.get('/me/email');
    await client.post('/me/email/cancel');
    expect((await client.get('/me/email')).text).not.toContain(next);
    expect((await client.get(link)).status).toBe(410);
  });

  test('the present address is refused', async () => {
    const { client, email } = await signedIn(app);
    await client.get('/me/email');
    const same = await client.post('/me/email', { email, currentPassword: PASSWORD });
    expect(same.status).toBe(422);
  });

  test('of two who want one address, one gets it', async () => {
    const next = 'wanted@example.org';
    const people = [await signedIn(app), await signedIn(app)];
    const links: string[] = [];
    for (const { client, email } of people) {
      await client.get('/me/email');
      await client.post('/me/email', { email: next, currentPassword: PASSWORD });
      await app.drain();
      const mails = await mailsTo(app, next);
      const known = new Set(links);
      const link = mails.flatMap((mail) => mail.links).find((each) => !known.has(each));
      expect({ email, link }).toEqual({ email, link: expect.any(String) });
      links.push(link ?? '');
    }
    const answers: number[] = [];
    for (const link of links) {
      const { pathname } = new URL(link);
      const mailbox = app.client();
      await mailbox.get(pathname);
      answers.push((await mailbox.post(pathname)).status);
    }
    expect(answers).toEqual([303, 409]);
  });
});

describe('sessions', () => {
  test('are listed with their device, and ended one by one or all others', async () => {
    const { email } = await makePerson();
    const [here, there, third] = [app.client(), app.client(), app.client()];
    await signIn(here, email);
    await signIn(there, email, {
      headers: {
        'User-Agent':
          'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      },
    });
    await signIn(third, email);
    const list = await here.get('/me/sessions');
    expect(list.text).toContain('Safari on iOS');
    const refs = [...list.text.matchAll(/\/me\/sessions\/([0-9a-f]{24})\/end"/g)].map((m) => m[1]);
    expect(refs).toHaveLength(2);
    const phone = /Safari on iOS[\s\S]*?sessions\/([0-9a-f]{24})\/end"/.exec(list.text)?.[1];
    expect((await here.post(`/me/sessions/${phone}/end`)).status).toBe(303);
    expect((await there.get('/me')).status).toBe(303);
    expect((await third.get('/me')).status).toBe(200);
    await here.get('/me/sessions');
    await here.post('/me/sessions/end-others');
    expect((await third.get('/me')).status).toBe(303);
    expect((await here.get('/me')).status).toBe(200);
  });

  test('of someone else are not there', async () => {
    const victim = await signedIn(app);
    const other = app.client();
    await signIn(other, victim.email);
    const list = await victim.client.get('/me/sessions');
    const ref = /\/me\/sessions\/([0-9a-f]{24})\/end"/.exec(list.text)?.[1];
    const { client } = await signedIn(app);
    expect((await client.post(`/me/sessions/${ref}/end`)).status).toBe(404);
    expect((await other.get('/me')).status).toBe(200);
  });
});
