import { randomBytes } from 'node:crypto';
import { TooManyRequests } from '../../src/platform/errors';
import { RateLimits } from '../../src/platform/rate-limit';
import { createRedis, type Redis } from '../../src/platform/redis';
import { redisPrefix, redisUrl } from '../support/services';

const rule = { name: 'door', tries: 3, seconds: 60 };
const clients: Redis[] = [];

async function limits(url: string, prefix: string): Promise<RateLimits> {
  const client = createRedis(url, { failFast: true });
  clients.push(client);
  if (url === redisUrl()) await new Promise((resolve) => client.once('ready', resolve));
  return new RateLimits(client, prefix);
}

const ownPrefix = () => `${redisPrefix()}-${randomBytes(4).toString('hex')}`;

afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
});

describe('limits of tries', () => {
  test('hold over all processes, for each key by itself', async () => {
    const prefix = ownPrefix();
    const [one, two] = [await limits(redisUrl(), prefix), await limits(redisUrl(), prefix)];
    await one.count(rule, 'mei');
    await two.count(rule, 'mei');
    await one.count(rule, 'mei');
    const refusal = await two.count(rule, 'mei').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TooManyRequests);
    expect((refusal as TooManyRequests).retryAfter).toBeGreaterThan(50);
    await two.count(rule, 'ravi');
  });

  test('are forgotten after a success', async () => {
    const own = await limits(redisUrl(), ownPrefix());
    for (let tries = 0; tries < 3; tries += 1) await own.count(rule, 'mei');
    await own.reset(rule, 'mei');
    await own.count(rule, 'mei');
  });

  test('hold in each process while redis is away', async () => {
    const own = await limits('unix:/nowhere/redis.sock', ownPrefix());
    for (let tries = 0; tries < 3; tries += 1) await own.count(rule, 'mei');
    await expect(own.count(rule, 'mei')).rejects.toBeInstanceOf(TooManyRequests);
  });
});
