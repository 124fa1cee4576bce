import { findUserIdByEmail } from '../../src/modules/accounts';
import { AuditLog } from '../../src/platform/audit';
import { DAY, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import { makePerson, PASSWORD, signIn } from '../support/factories/accounts';
import { linkIn, mailsTo } from '../support/mails';

const app = useApp();
afterEach(() => setClock());

const CONFIRM = 'Confirm your e-mail';

let count = 0;
const newAddress = () => {
  count += 1;
  return `joiner-${count}@example.org`;
};

async function signUp(email: string, password = PASSWORD, name = 'Ravi Kumar') {
  const client = app.client();
  await client.get('/sign-up');
  const answer = await client.post('/sign-up', { name, email, password });
  return { client, answer };
}

async function signUpAndOpen(email: string) {
  const { client } = await signUp(email);
  await app.drain();
  return { client, link: await linkIn(app, email, CONFIRM) };
}

describe('joining', () => {
  test('sign up, open the link, enter the password, be in', async () => {
    const email = newAddress();
    const { client, answer } = await signUp(email);
    expect(answer.status).toBe(303);
    const sent = await client.follow(answer);
    expect(sent.text).toContain(email);
    await app.drain();
    expect(await mailsTo(app, email)).toHaveLength(1);
    const link = await linkIn(app, email, CONFIRM);
    const page = await client.get(link);
    expect(page.status).toBe(200);
    const done = await client.post(link, { password: PASSWORD });
    expect(done.status).toBe(303);
    expect(done.headers['location']).toBe('/learn');
    const me = await client.get('/me');
    expect(me.text).toContain('Ravi Kumar');
    expect(me.text).not.toContain('not confirmed');
    await app.drain();
    expect((await mailsTo(app, email)).map(({ subject }) => subject).sort()).toEqual([
      CONFIRM,
      'Welcome to Kelas',
    ]);
  });

  test('an account opens by its link alone until its address is confirmed', async () => {
    const email = newAddress();
    await signUp(email);
    const client = app.client();
    await client.get('/sign-in');
    const early = await client.post('/sign-in', { email, password: PASSWORD });
    expect(early.status).toBe(422);
    const wrong = await client.post('/sign-in', { email: newAddress(), password: PASSWORD });
    expect(wrong.status).toBe(422);
    const summary = (text: string) => /id="error-summary"[\s\S]*?<\/section>/.exec(text)?.[0];
    expect(summary(early.text)).toBeDefined();
    expect(summary(early.text)).toBe(summary(wrong.text));
  });

  test('the link does nothing until its button is pressed with the right password', async () => {
    const email = newAddress();
    const { link } = await signUpAndOpen(email);
    const stranger = app.client();
    await stranger.get(link);
    await stranger.get(link);
    const wrong = await stranger.post(link, { password: 'not the password of it' });
    expect(wrong.status).toBe(422);
    expect((await stranger.get('/me')).status).toBe(303);
    const right = await stranger.post(link, { password: PASSWORD });
    expect(right.status).toBe(303);
  });

  test('a used link leads on, a changed or old one says so', async () => {
    const email = newAddress();
    const { client, link } = await signUpAndOpen(email);
    await client.get(link);
    await client.post(link, { password: PASSWORD });
    expect((await client.get(link)).headers['location']).toBe('/learn');
    expect((await app.client().get(link)).headers['location']).toBe('/sign-in');
    const forged = `${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`;
    expect((await client.get(forged)).status).toBe(410);
    expect((await client.get('/confirm/short')).status).toBe(404);

    const other = newAddress();
    const { link: old } = await signUpAndOpen(other);
    setClock(() => new Date(Date.now() + 8 * DAY));
    expect((await app.client().get(old)).status).toBe(410);
    setClock();
    expect((await app.client().get(old)).status).toBe(200);
  });

  test('a link for one purpose is no link for another', async () => {
    const { link } = await signUpAndOpen(newAddress());
    const asReset = link.replace('/confirm/c.', '/reset/r.');
    expect((await app.client().get(asReset)).status).toBe(410);
    expect((await app.client().get(link.replace('/confirm/', '/reset/'))).status).toBe(410);
  });
});

describe('nobody learns whether an account exists', () => {
  test('signing up with a taken address looks the same; its owner is told', async () => {
    const { email, userId } = await makePerson({ name: 'Owner' });
    const before = await AuditLog.countDocuments({ 'subject.id': userId });
    const taken = await signUp(email.toUpperCase(), 'another good password');
    const free = await signUp(newAddress(), 'another good password');
    expect(taken.answer.status).toBe(free.answer.status);
    expect(taken.answer.headers['location']).toBe(free.answer.headers['location']);
    const shape = (text: string) =>
      text.replaceAll(/name="_csrf" value="[^"]+"/g, '').replaceAll(/[\w-]+@example\.org/gi, 'X');
    const one = await taken.client.follow(taken.answer);
    const two = await free.client.follow(free.answer);
    expect(shape(one.text)).toBe(shape(two.text));
    await app.drain();
    expect((await mailsTo(app, email)).map(({ subject }) => subject)).toEqual([
      'You already have an account',
    ]);
    expect(await AuditLog.countDocuments({ 'subject.id': userId })).toBe(before + 1);
    await signIn(app.client(), email);
  });

  test('the answer comes at a full quarter of a second in both cases', async () => {
    const { email } = await makePerson();
    const times: number[] = [];
    for (const address of [email, newAddress(), email, newAddress()]) {
      const client = app.client();
      await client.get('/sign-up');
      const started = performance.now();
      await client.post('/sign-up', { name: 'Ravi', email: address, password: PASSWORD });
      times.push(performance.now() - started);
    }
    for (const time of times) expect(time).toBeGreaterThanOrEqual(249);
  });

  test('two at once with one address make one account', async () => {
    const email = newAddress();
    const answers = await Promise.all([1, 2, 3].map(() => signUp(email)));
    expect(answers.map(({ answer }) => answer.status)).toEqual([303, 303, 303]);
    const userId = await findUserIdByEmail(email);
    expect(userId).not.toBeNull();
    expect(
      await AuditLog.countDocuments({ action: 'accounts.create', 'subject.id': userId ?? '' }),
    ).toBe(1);
  });

  test('sending again answers the same for everyone and writes only to those who wait', async () => {
    const waiting = newAddress();
    const unknown = newAddress();
    await signUp(waiting);
    await app.drain();
    for (const email of [waiting, unknown]) {
      const client = app.client();
      await client.get('/sign-up/check-your-mail');
      const answer = await client.post('/sign-up/check-your-mail', { email });
      expect(answer.status).toBe(303);
      expect(answer.headers['location']).toBe('/sign-up/check-your-mail');
    }
    await app.drain();
    expect(await mailsTo(app, waiting)).toHaveLength(2);
    expect(await mailsTo(app, unknown)).toHaveLength(0);
  });
});

describe('the form', () => {
  test('shows what is wrong, keeps what was typed, never the password', async () => {
    const { answer } = await signUp('not an address', 'short', '  ');
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('value="not an address"');
    expect(answer.text).not.toContain('"short"');
    for (const field of ['name', 'email', 'password']) {
      expect(answer.text).toContain(`href="#field-${field}"`);
      expect(answer.text).toContain(`id="field-${field}-error"`);
    }
    const weak = await signUp(newAddress(), 'Password1234');
    expect(weak.answer.status).toBe(422);
    expect(weak.answer.text).toContain('href="#field-password"');
  });

  test('refuses without the token of its page', async () => {
    const client = app.client();
    const bare = await client.postBare('/sign-up', {
      name: 'Ravi',
      email: newAddress(),
      password: PASSWORD,
    });
    expect(bare.status).toBe(403);
  });

  test('the account reads the language of the page on which it was made', async () => {
    const email = newAddress();
    const client = app.client();
    await client.get('/sign-up', { 'Accept-Language': 'ta' });
    await client.post(
      '/sign-up',
      { name: 'கவிதா', email, password: PASSWORD },
      { 'Accept-Language': 'ta' },
    );
    await app.drain();
    const [mail] = await mailsTo(app, email);
    expect(mail?.subject).toBe('உங்கள் மின்னஞ்சலை உறுதிப்படுத்துங்கள்');
    expect(mail?.raw).toContain('Content-Language: ta-SG');
  });

  test('one mailbox gets six mails an hour at most', async () => {
    const email = newAddress();
    const statuses: number[] = [];
    for (let i = 0; i < 7; i += 1) statuses.push((await signUp(email)).answer.status);
    expect(statuses).toEqual([303, 303, 303, 303, 303, 303, 429]);
  });
});
