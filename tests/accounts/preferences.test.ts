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
