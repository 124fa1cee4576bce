import { createAccount } from '../../src/modules/accounts';
import { HOUR, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import { makePerson, PASSWORD, signedIn, signIn } from '../support/factories/accounts';
import { linkIn, mailsTo } from '../support/mails';

const app = useApp();
afterEach(() => setClock());

const NEW = 'ferry copper almond tune';
const RESET = 'Choose a new password';

async function askForReset(email: string) {
  const client = app.client();
  await client.get('/forgot');
  const answer = await client.post('/forgot', { email });
  await app.drain();
  return { client, answer };
}

async function canSignIn(email: string, password: string): Promise<boolean> {
  const client = app.client();
  await client.get('/sign-in');
  return (await client.post('/sign-in', { email, password })).status === 303;
}

describe('a forgotten password', () => {
  test('a link sets a new one, ends every session, and works once', async () => {
    const { client: old, email } = await signedIn(app);
    const { client, answer } = await askForReset(email);
    expect(answer.headers['location']).toBe('/forgot/check-your-mail');
    const link = await linkIn(app, email, RESET);
    expect((await client.get(link)).text).toContain(email);
    const weak = await client.post(link, { password: 'short' });
    expect(weak.status).toBe(422);
    const done = await client.post(link, { password: NEW });
    expect(done.status).toBe(303);
    expect(done.headers['location']).toBe('/sign-in');
    expect((await old.get('/me')).status).toBe(303);
    expect(await canSignIn(email, PASSWORD)).toBe(false);
    expect(await canSignIn(email, NEW)).toBe(true);
    expect((await client.get(link)).status).toBe(410);
    expect((await client.post(link, { password: 'yet another good one' })).status).toBe(410);
    await app.drain();
    expect((await mailsTo(app, email)).map(({ subject }) => subject)).toContain(
      'Your password was changed',
    );
  });

  test('of two uses at once one counts', async () => {
    const { email } = await makePerson();
    const { client } = await askForReset(email);
    const link = await linkIn(app, email, RESET);
    await client.get(link);
    const words = ['ferry copper almond tune', 'violet engine paper moon'];
    const answers = await Promise.all(words.map((password) => client.post(link, { password })));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410]);
    const open = await Promise.all(words.map((password) => canSignIn(email, password)));
    expect(open.filter(Boolean)).toHaveLength(1);
  });

  test('a link runs out after an hour', async () => {
    const { email } = await makePerson();
    const { client } = await askForReset(email);
    const link = await linkIn(app, email, RESET);
    setClock(() => new Date(Date.now() + HOUR + 1_000));
    const late = await client.get(link);
    expect(late.status).toBe(410);
    expect(late.text).toContain('href="/forgot"');
  });

  test('nobody learns whether the address has an account', async () => {
    const { email } = await makePerson();
    const known = await askForReset(email);
    const unknown = await askForReset('nobody-at-all@example.org');
    expect(unknown.answer.status).toBe(known.answer.status);
    expect(unknown.answer.headers['location']).toBe(known.answer.headers['location']);
    expect(await mailsTo(app, 'nobody-at-all@example.org')).toHaveLength(0);
  });

  test('opens an account that had no password, and confirms its address', async () => {
    const email = 'by-import@example.org';
    await createAccount({ name: 'Imported', email, language: 'en', confirmed: false });
    expect(await canSignIn(email, '')).toBe(false);
    const { client } = await askForReset(email);
    const link = await linkIn(app, email, RESET);
    await client.get(link);
    await client.post(link, { password: NEW });
    await signIn(client, email, { password: NEW });
    expect((await client.get('/me')).text).not.toContain('not confirmed');
  });

  test('takes over an account that a stranger began with one’s address', async () => {
    const email = 'mine@example.org';
    const stranger = app.client();
    await stranger.get('/sign-up');
    await stranger.post('/sign-up', { name: 'Someone', email, password: PASSWORD });
    const { client } = await askForReset(email);
    const link = await linkIn(app, email, RESET);
    await client.get(link);
    await client.post(link, { password: NEW });
    expect(await canSignIn(email, PASSWORD)).toBe(false);
    expect(await canSignIn(email, NEW)).toBe(true);
  });
});

describe('changing the password', () => {
  test('needs the present one, ends the other sessions and keeps this one', async () => {
    const { client, email } = await signedIn(app);
    const other = app.client();
    await signIn(other, email);
    await client.get('/me/password');
    const wrong = await client.post('/me/password', {
      currentPassword: 'not this one at all',
      newPassword: NEW,
    });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('href="#field-currentPassword"');
    const weak = await client.post('/me/password', {
      currentPassword: PASSWORD,
      newPassword: 'aaaaaaaaaaaa',
    });
    expect(weak.text).toContain('href="#field-newPassword"');
    const done = await client.post('/me/password', {
      currentPassword: PASSWORD,
      newPassword: NEW,
    });
    expect(done.headers['location']).toBe('/me');
    expect((await client.get('/me')).status).toBe(200);
    expect((await other.get('/me')).status).toBe(303);
    expect(await canSignIn(email, NEW)).toBe(true);
  });

  test('guessing the present one is limited', async () => {
    const { client } = await signedIn(app);
    const statuses: number[] = [];
    for (let i = 0; i < 11; i += 1) {
      const answer = await client.post('/me/password', { currentPassword: 'x', newPassword: NEW });
      statuses.push(answer.status);
    }
    expect(statuses.at(-1)).toBe(429);
  });
});
