import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findRedisProgram } from '../../src/embedded/redis/find';
import { askRedis } from '../../src/embedded/redis/talk';
import { type ChildRun, startChild } from '../../src/embedded/supervisor/child';
import { createRedis } from '../../src/platform/redis';
import { until } from './kelas';

const KEEPER = path.resolve(__dirname, '../../dist/redis-keeper.js');
const program = findRedisProgram() ?? '';

const made: string[] = [];
const runs: ChildRun[] = [];
afterAll(async () => {
  await Promise.all(runs.map((run) => run.stop(5_000)));
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

function newFolder() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-redis-'));
  made.push(folder);
  return { dir: path.join(folder, 'redis'), socket: path.join(folder, 'redis.sock') };
}

async function keep({ dir, socket }: { dir: string; socket: string }) {
  const args = ['--program', program, '--dir', dir, '--socket', socket];
  const run = startChild({ name: 'redis', script: KEEPER, args, quiet: true });
  runs.push(run);
  const { uri = '' } = await run.ready;
  return { run, uri };
}

async function withClient<T>(uri: string, work: (client: ReturnType<typeof createRedis>) => T) {
  const client = createRedis(uri, { failFast: false });
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

test('what was written last survives its end, and it is gone when its keeper has ended', async () => {
  const place = newFolder();
  const { run, uri } = await keep(place);
  await withClient(uri, (client) => client.set('last', 'kept'));
  await run.stop(5_000);
  expect(await run.ended).toBe('exit code 0');
  expect(await askRedis(place.socket, 'PING')).toBeNull();
  const again = await keep(place);
  expect(await withClient(again.uri, (client) => client.get('last'))).toBe('kept');
});

test('an append-only file that a crash cut short loses only what was cut', async () => {
  const place = newFolder();
  const { run, uri } = await keep(place);
  await withClient(uri, async (client) => {
    await client.set('first', 'kept');
    await client.set('second', 'cut');
  });
  await run.stop(5_000);
  const folder = path.join(place.dir, 'appendonlydir');
  const file = readdirSync(folder).find((name) => name.endsWith('.incr.aof')) ?? '';
  const log = path.join(folder, file);
  truncateSync(log, statSync(log).size - 5);

  const again = await keep(place);
  await withClient(again.uri, async (client) => {
    expect(await client.get('first')).toBe('kept');
    expect(await client.get('second')).toBeNull();
  });
});

test('a redis that was left behind on the same folder is ended first, with its data', async () => {
  const place = newFolder();
  mkdirSync(place.dir);
  const settings = ['--port', '0', '--unixsocket', place.socket, '--dir', place.dir];
  const stray = spawn(program, [...settings, '--appendonly', 'yes', '--save', ''], {
    stdio: 'ignore',
  });
  const strayEnded = new Promise((resolve) => stray.once('exit', resolve));
  await until(async () => (await askRedis(place.socket, 'PING')) === '+PONG', 'the stray redis');
  await withClient(`unix:${place.socket}`, (client) => client.set('stray', 'kept'));

  const { uri } = await keep(place);
  expect(await strayEnded).toBe(0);
  expect(await withClient(uri, (client) => client.get('stray'))).toBe('kept');
});
