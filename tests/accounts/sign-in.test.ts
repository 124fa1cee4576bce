import { useApp } from '../support/app';
import { makePerson, PASSWORD, signedIn, signIn } from '../support/factories/accounts';

const app = useApp();

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
});
