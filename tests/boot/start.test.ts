import { existsSync, readFileSync, statSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import { createRedis } from '../../src/platform/redis';
import {
  type Kelas,
  nothingLeft,
  processesOf,
  processOf,
  startedKelas,
  startKelas,
  statusOf,
  until,
  useFolders,
} from './kelas';

const folder = useFolders();

function addresses(data: string): { mongodbUri: string; redisUrl: string } {
  return JSON.parse(readFileSync(path.join(data, 'run/addresses.json'), 'utf8'));
}

/** How far a door gives way to others: itself, and its session where the kernel shares by sessions. */
function givesWay(data: string, part: string): { process: number; session: number | null } {
  const pid = processOf(data, part);
  const file = `/proc/${pid}/autogroup`;
  const session = existsSync(file) ? /nice (-?\d+)/.exec(readFileSync(file, 'utf8'))?.[1] : null;
  return { process: os.getPriority(pid), session: session === null ? null : Number(session) };
}

describe('a Kelas that runs', () => {
  const data = folder();
  let kelas: Kelas;
  beforeAll(async () => {
    kelas = await startedKelas({ data });
  });

  test('answers at the address that it names', async () => {
    expect(kelas.output()).toContain(`Kelas is ready at http://127.0.0.1:${kelas.port}\n`);
    expect(await statusOf(`${kelas.origin}/healthz`)).toBe(200);
    expect(await statusOf(`${kelas.origin}/readyz`)).toBe(200);
  });

  test('is five processes and redis, none of them in the terminal’s process group', () => {
    const commands = [...processesOf(data).values()];
    for (const part of ['engine.js', 'redis-keeper.js', 'web.js', 'worker.js', 'start.mjs']) {
      expect(commands.filter((command) => command.includes(part))).toHaveLength(1);
    }
    expect(commands.filter((command) => command.includes('unixsocket:'))).toHaveLength(1);
    expect(commands).toHaveLength(6);
  });

  test('gives pages their turn before jobs', async () => {
    const pages = givesWay(data, 'dist/web.js');
    expect(givesWay(data, 'dist/engine.js')).toEqual(pages);
    expect(givesWay(data, 'dist/worker.js').process).toBe(Math.max(5, pages.process));
    // The kernel may ask it to come again.
    const wanted = pages.session === null ? null : Math.max(5, pages.session);
    await until(() => givesWay(data, 'dist/worker.js').session === wanted, 'its session to follow');
  });

  test('keeps its data and its sockets to its own user', () => {
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(data, 'session-secret')).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(data, 'run')).mode & 0o777).toBe(0o700);
  });

  test('refuses a second start on its data folder', async () => {
    const second = await startKelas({ data });
    expect(await second.ended).toBe(1);
    expect(second.lastLine()).toBe(
      `Kelas already runs on the data folder ${data} (process ${kelas.process.pid}).`,
    );
  });

  test('refuses a start on its port, before anything is started', async () => {
    const other = folder();
    const second = await startKelas({ data: other, port: kelas.port });
    expect(await second.ended).toBe(1);
    expect(second.lastLine()).toBe(
      `Port 127.0.0.1:${kelas.port} is in use by another program. Choose another one: PORT=${kelas.port + 1} npm start`,
    );
    expect(processesOf(other).size).toBe(0);
  });

  test.each([
    ['web', 'dist/web.js'],
    ['worker', 'dist/worker.js'],
    ['engine', 'dist/engine.js'],
    ['redis', 'dist/redis-keeper.js'],
    ['redis', 'unixsocket:'],
  ])('starts %s again when %s is killed', async (name, part) => {
    const killed = processOf(data, part);
    const said = kelas.output().length;
    process.kill(killed, 'SIGKILL');
    await until(() => kelas.output().slice(said).includes(`${name} ended (`), 'a line about it');
    await until(async () => {
      const running = [...processesOf(data)].filter(([, command]) => command.includes(part));
      return running.length === 1 && running[0]?.[0] !== killed;
    }, `${name} to run again`);
    await until(async () => (await statusOf(`${kelas.origin}/readyz`)) === 200, 'readiness');
  });

  test('ends in order, finishing a request that runs, and goes on with its data', async () => {
    const { mongodbUri, redisUrl } = addresses(data);
    const client = await MongoClient.connect(mongodbUri);
    await client.db().collection('boot_test').insertOne({ text: 'kept' });
    await client.close();
    const redis = createRedis(redisUrl, { failFast: false });
    await redis.set('boot-test', 'kept');
    redis.disconnect();
    const secret = readFileSync(path.join(data, 'session-secret'), 'utf8');

    const request = await beginRequest(kelas.port);
    const asked = Date.now();
    kelas.process.kill('SIGTERM');
    await kelas.says('Ending');
    await until(async () => (await statusOf(`${kelas.origin}/healthz`)) === null, 'a closed door');
    expect(await request.finish()).toMatch(/^HTTP\/1\.1 \d\d\d /);
    expect(await kelas.ended).toBe(0);
    // It ends when the work is done, and does not wait for the time that it gives at most.
    expect(Date.now() - asked).toBeLessThan(7_500);
    expect(processesOf(data).size).toBe(0);

    const again = await startedKelas({ data });
    const later = await MongoClient.connect(addresses(data).mongodbUri);
    expect(await later.db().collection('boot_test').countDocuments({ text: 'kept' })).toBe(1);
    await later.close();
    const laterRedis = createRedis(addresses(data).redisUrl, { failFast: false });
    expect(await laterRedis.get('boot-test')).toBe('kept');
    laterRedis.disconnect();
    expect(readFileSync(path.join(data, 'session-secret'), 'utf8')).toBe(secret);
    again.process.kill('SIGTERM');
    expect(await again.ended).toBe(0);
  });
});

test('kill -9 of the supervisor leaves nothing, and the next start works at once', async () => {
  const data = folder('a-data-folder-with-a-path-too-long-for-a-socket'.repeat(3));
  const kelas = await startedKelas({ data });
  kelas.process.kill('SIGKILL');
  await kelas.ended;
  const next = await startedKelas({ data, port: kelas.port });
  expect(await statusOf(`${next.origin}/readyz`)).toBe(200);
  expect(processesOf(data).size).toBe(6);
  next.process.kill('SIGKILL');
  await nothingLeft(data);
});

test('kill -9 of the supervisor and of the keeper of redis leaves nothing', async () => {
  const data = folder();
  const kelas = await startedKelas({ data });
  process.kill(processOf(data, 'dist/redis-keeper.js'), 'SIGKILL');
  kelas.process.kill('SIGKILL');
  await nothingLeft(data);
});

describe('under npm', () => {
  test('Ctrl-C in the terminal ends all in order', async () => {
    const data = folder();
    const kelas = await startedKelas({ data, byNpm: true });
    process.kill(-(kelas.process.pid ?? 0), 'SIGINT');
    await kelas.ended;
    expect(processesOf(data).size).toBe(0);
    expect(kelas.output()).toContain('Ending: requests and jobs that run are finished first');
    expect(kelas.output()).not.toContain('npm error');
  });

  test('a second Ctrl-C ends all at once', async () => {
    const data = folder();
    const kelas = await startedKelas({ data, byNpm: true });
    const request = await beginRequest(kelas.port);
    const supervisor = processOf(data, 'start.mjs');
    process.kill(-(kelas.process.pid ?? 0), 'SIGINT');
    await until(async () => (await statusOf(`${kelas.origin}/healthz`)) === null, 'a closed door');
    const asked = Date.now();
    await until(() => {
      if (processesOf(data).has(supervisor)) process.kill(supervisor, 'SIGINT');
      return processesOf(data).size === 0;
    }, 'all to end');
    expect(Date.now() - asked).toBeLessThan(6_000);
    request.abandon();
  });

  test('all end in order when npm is killed', async () => {
    const data = folder();
    const kelas = await startedKelas({ data, byNpm: true });
    kelas.process.kill('SIGKILL');
    await nothingLeft(data);
  });
});

/** Opens a request whose body is only half sent. */
async function beginRequest(port: number): Promise<{ finish(): Promise<string>; abandon(): void }> {
  const socket = net.connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (bytes) => {
    answer += bytes.toString('utf8');
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => resolve());
  });
  const head = [
    'POST /sign-in HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Length: 11',
    'Connection: keep-alive',
  ];
  await new Promise<void>((resolve) => {
    socket.write(`${head.join('\r\n')}\r\n\r\nemail`, () => resolve());
  });
  // The server answers another connection only after it has read what came before on this one.
  await statusOf(`http://127.0.0.1:${port}/healthz`);
  return {
    finish: async () => {
      socket.write('=a%40b');
      await closed;
      return answer;
    },
    abandon: () => socket.destroy(),
  };
}
