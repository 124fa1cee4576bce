import { useApp } from '../support/app';
import { signedIn, signIn } from '../support/factories/accounts';

const app = useApp();

describe('language, text size and colours', () => {
  test('are remembered for someone without an account', async () => {
    const client = app.client();
    await client.get('/sign-in');
    const answer = await client.post('/preferences', { language: 'zh', returnTo: '/sign-in' });
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe('/sign-in');
    await client.post('/preferences', { textSize: 'large' });
    await client.post('/preferences', { theme: 'dark' });
    const page = await client.get('/sign-in');
    expect(page.text).toMatch(/<html lang="zh[^"]*"[^>]*data-color-scheme="dark"/);
    expect(page.text).toContain('data-text-size="large"');
  });

  test('belong to the account and follow it to another device', async () => {
    const { client, email } = await signedIn(app);
    await client.post('/preferences', { language: 'ta', returnTo: '/me' });
    await client.post('/preferences', { textSize: 'larger', returnTo: '/me' });
    const other = app.client();
    await signIn(other, email);
    const page = await other.get('/me/preferences');
    expect(page.text).toMatch(/<html lang="ta[^"]*"[^>]*data-text-size="larger"/);
    expect(page.text).toMatch(/value="ta" checked/);
  });

  test('a time zone is chosen, stays when another thing is, and is given back to the site', async () => {
    const { client } = await signedIn(app);
    await client.get('/me/preferences');
    await client.post('/preferences', { timeZone: 'Asia/Tokyo' });
    await client.post('/preferences', { theme: 'dark' });
    const chosen = /<option value="([^"]*)" selected>/;
    expect(chosen.exec((await client.get('/me/preferences')).text)?.[1]).toMatch(/^Asia\/Tok/);
    expect((await client.post('/preferences', { timeZone: 'Mars/Olympus' })).status).toBe(422);
    await client.post('/preferences', { timeZone: '' });
    expect((await client.get('/me/preferences')).text).not.toMatch(chosen);
  });

  test('what is not offered is refused, and the way back stays on the site', async () => {
    const client = app.client();
    await client.get('/sign-in');
    expect((await client.post('/preferences', { language: 'xx' })).status).toBe(422);
    const away = await client.post('/preferences', {
      theme: 'light',
      returnTo: 'https://evil.example/',
    });
    expect(away.headers['location']).toBe('/');
  });
});
