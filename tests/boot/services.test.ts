import Redis from 'ioredis';
import { MongoClient } from 'mongodb';
import { mongodbUri, redisPrefix, redisUrl } from '../support/services';

test('the redis of the run answers, keeps an append-only file and never evicts', async () => {
  const redis = new Redis(redisUrl());
  try {
    await redis.set(`${redisPrefix()}:greeting`, 'hello');
    expect(await redis.get(`${redisPrefix()}:greeting`)).toBe('hello');
    expect(await redis.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
    expect(await redis.config('GET', 'maxmemory-policy')).toEqual([
      'maxmemory-policy',
      'noeviction',
    ]);
    expect(await redis.config('GET', 'port')).toEqual(['port', '0']);
  } finally {
    redis.disconnect();
  }
});

test('the engine of the run answers on a database of this worker', async () => {
  const client = new MongoClient(mongodbUri());
  try {
    const greetings = client.db().collection<{ _id: string; text: string }>('greetings');
    await greetings.deleteMany({});
    await greetings.insertOne({ _id: 'one', text: 'hello' });
    expect(await greetings.findOne({ _id: 'one' })).toEqual({ _id: 'one', text: 'hello' });
  } finally {
    await client.close();
  }
});
