import argon2, { hash } from '@node-rs/argon2';
import mongoose from 'mongoose';
import { createAccount } from '../../src/modules/accounts';
import { AuditLog } from '../../src/platform/audit';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { makePerson, PASSWORD, signedIn, signIn } from '../support/factories/accounts';
import { mailsTo } from '../support/mails';

const app = useApp();

const PHONE =
  'Mozilla/5.0 (Linux; Android 13; SM-A145F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36';
const DESK = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0';

async function tryToSignIn(client: Client, fields: Record<string, string>) {
  await client.get('/sign-in');
  return client.post('/sign-in', { password: PASSWORD, ...fields });
}

const cookieIn = (answer: { headers: Record<string, unknown> }, name: string) =>
  [answer.headers['set-cookie'] ?? []]
    .flat()
    .map(String)
    .find((cookie) => cookie.startsWith(`${name}=`));

describe('signing in', () => {
  test('opens the page that was asked for', async () => {
    const { email, name } = await makePerson({ name: 'நூர் Aisyah 陈' });
    const client = app.client();
    const asked = await client.get('/me');
    expect(asked.status).toBe(303);
    expect(asked.headers['location']).toBe('/sign-in?returnTo=%2Fme');
    const form = await client.follow(asked);
    expect(form.text).toContain('name="returnTo" value="/me"');
    const answer = await client.post('/sign-in', { email, password: PASSWORD, returnTo: '/me' });
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe('/me');
    const me = await client.follow(answer);
    expect(me.status).toBe(200);
    expect(me.text).toContain(name);
  });

  test.each(['//evil.example/x', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'never leads to %s',
    async (returnTo) => {
      const { email } = await makePerson();
      const client = app.client();
      const form = await client.get(`/sign-in?returnTo=${encodeURIComponent(returnTo)}`);
      const kept = [...form.text.matchAll(/name="returnTo" value="([^"]+)"/g)].map((m) => m[1]);
      expect(kept.filter((path) => !path?.startsWith('/sign-in?'))).toEqual([]);
      const answer = await tryToSignIn(client, { email, returnTo });
      expect(answer.headers['location']).toBe('/learn');
    },
  );

  test('takes the address in any case and with spaces around it', async () => {
    const { email } = await makePerson({ email: 'Mei.Ling@Example.org' });
    expect((await tryToSignIn(app.client(), { email: ` ${email.toUpperCase()} ` })).status).toBe(
      303,
    );
  });

  test('a wrong password and an unknown address look alike', async () => {
    const { email } = await makePerson();
    const wrong = await tryToSignIn(app.client(), { email, password: 'not this one at all' });
    const unknown = await tryToSignIn(app.client(), { email: 'nobody-here@example.org' });
    expect(wrong.status).toBe(422);
    expect(unknown.status).toBe(422);
    const shape = (text: string) =>
      text.replaceAll(/value="[^"]*"/g, '').replaceAll(/[\w-]+@example\.org/g, '');
    expect(shape(wrong.text)).toBe(shape(unknown.text));
    expect(wrong.text).toContain(`value="${email}"`);
    expect(wrong.text).not.toContain('not this one');
  });

  test('does the same work without an account', async () => {
    const { email } = await makePerson();
    await tryToSignIn(app.client(), { email, password: 'not this one at all' });
    const verify = jest.spyOn(argon2, 'verify');
    try {
      for (const address of [email, 'nobody-here@example.org']) {
        verify.mockClear();
        await tryToSignIn(app.client(), { email: address, password: 'not this one at all' });
        expect(verify).toHaveBeenCalledTimes(1);
        expect(verify.mock.calls[0]?.[0]).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      }
    } finally {
      verify.mockRestore();
    }
  });

  test('gives a new session, with a cookie that no script reads', async () => {
    const { email } = await makePerson();
    const client = app.client();
    const visit = await client.get('/sign-in');
    expect(cookieIn(visit, 'kelas_session')).toBeUndefined();
    const first = await tryToSignIn(client, { email });
    const cookie = cookieIn(first, 'kelas_session') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    await client.get('/me');
    await client.post('/sign-out');
    const second = cookieIn(await tryToSignIn(client, { email }), 'kelas_session') ?? '';
    expect(second.split(';')[0]).not.toBe(cookie.split(';')[0]);
  });

  test('someone who is signed in goes on', async () => {
    const { client } = await signedIn(app);
    expect((await client.get('/sign-in?returnTo=/courses')).headers['location']).toBe('/courses');
    expect((await client.get('/sign-up')).headers['location']).toBe('/learn');
  });

  test('a weaker hash of other times is made anew', async () => {
    const old = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1 });
    const email = 'long-ago@example.org';
    await createAccount({
      name: 'Old',
      email,
      passwordHash: old,
      language: 'en',
      confirmed: true,
    });
    await signIn(app.client(), email);
    const row = await mongoose.connection.collection('users').findOne({ emailKey: email });
    expect(row?.['passwordHash']).toMatch(/m=19456,t=2/);
    await signIn(app.client(), email);
  });

  test('ten wrong tries close the door for that address; it does not count the right ones', async () => {
    const { email } = await makePerson();
    for (let i = 0; i < 12; i += 1) await signIn(app.client(), email);
    const statuses: number[] = [];
    for (let i = 0; i < 11; i += 1) {
      statuses.push((await tryToSignIn(app.client(), { email, password: 'guess' })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429]);
    const right = await tryToSignIn(app.client(), { email });
    expect(right.status).toBe(429);
    expect(Number(right.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('is written down, without secrets', async () => {
    const { userId } = await signedIn(app);
    const row = await AuditLog.findOne({ action: 'accounts.sign-in', userId }).lean();
    expect(row).toMatchObject({ subject: { kind: 'account', id: userId } });
    expect(JSON.stringify(row)).not.toContain(PASSWORD);
  });
});

describe('signing out', () => {
  test('ends the session at once, and keeps the language', async () => {
    const { client, email } = await signedIn(app, { language: 'ms' });
    const stolen = app.client();
    await signIn(stolen, email);
    const out = await client.post('/sign-out');
    expect(out.status).toBe(303);
    const home = await client.get('/sign-in');
    expect(home.text).toContain('lang="ms');
    expect((await client.get('/me')).status).toBe(303);
    expect((await stolen.get('/me')).status).toBe(200);
  });

  test('an old cookie opens nothing', async () => {
    const { email } = await makePerson();
    const client = app.client();
    const cookie = (cookieIn(await tryToSignIn(client, { email }), 'kelas_session') ?? '').split(
      ';',
    )[0];
    await client.get('/me');
    await client.post('/sign-out');
    const again = await app.client().get('/me', { Cookie: cookie ?? '' });
    expect(again.status).toBe(303);
  });

  test('a deleted account is signed out at its next request', async () => {
    const { client, userId } = await signedIn(app);
    await mongoose.connection
      .collection('users')
      .deleteOne({ _id: new mongoose.Types.ObjectId(userId) });
    expect((await client.get('/me')).headers['location']).toBe('/sign-in?returnTo=%2Fme');
  });
});

describe('devices', () => {
  const SUBJECT = 'Sign-in from a new device';
  const newDeviceMails = async (email: string) =>
    (await mailsTo(app, email)).filter(({ subject }) => subject === SUBJECT);

  test('a second device is told, once; the first and known ones are not', async () => {
    const { email } = await makePerson();
    const phone = app.client();
    await signIn(phone, email, { headers: { 'User-Agent': PHONE } });
    await app.drain();
    expect(await newDeviceMails(email)).toHaveLength(0);

    const desk = app.client();
    await signIn(desk, email, { headers: { 'User-Agent': DESK } });
    await desk.post('/sign-out');
    await signIn(desk, email, { headers: { 'User-Agent': DESK } });
    await phone.post('/sign-out');
    await signIn(phone, email, { headers: { 'User-Agent': PHONE } });
    await app.drain();
    const mails = await newDeviceMails(email);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text).toContain('Firefox on Windows');
  });

  test('a device cookie that was tampered with is a new device', async () => {
    const { email } = await makePerson();
    const client = app.client();
    const first = await tryToSignIn(client, { email });
    const device = decodeURIComponent(
      (cookieIn(first, 'kelas_device') ?? '').split(';')[0]?.split('=')[1] ?? '',
    );
    expect(device).toMatch(/^[\w-]+\.[\w-]+$/);
    const forger = app.client();
    await forger.get('/sign-in', { Cookie: `kelas_device=${device.split('.')[0]}.forged` });
    const second = await tryToSignIn(forger, { email });
    expect(cookieIn(second, 'kelas_device')).toBeDefined();
    await app.drain();
    expect(await newDeviceMails(email)).toHaveLength(1);
  });
});
