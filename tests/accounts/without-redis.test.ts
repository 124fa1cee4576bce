import { useApp } from '../support/app';
import { makePerson, PASSWORD, signIn } from '../support/factories/accounts';

const app = useApp({ REDIS_URL: 'unix:/nowhere/redis.sock' });

describe('while redis is away', () => {
  test('people sign up and in, and guessing is still limited', async () => {
    const joiner = app.client();
    await joiner.get('/sign-up');
    const joined = await joiner.post('/sign-up', {
      name: 'Ravi',
      email: 'ravi@example.org',
      password: PASSWORD,
    });
    expect(joined.status).toBe(303);
    const { email } = await makePerson();
    const client = app.client();
    await signIn(client, email);
    expect((await client.get('/me')).status).toBe(200);
    const guesser = app.client();
    await guesser.get('/sign-in');
    const statuses: number[] = [];
    for (let i = 0; i < 11; i += 1) {
      statuses.push((await guesser.post('/sign-in', { email, password: 'guess' })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429]);
  });
});
