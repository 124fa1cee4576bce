import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { freePort } from '../boot/kelas';
import { mongodbUri, redisPrefix, redisUrl } from '../support/services';

const DIST = path.resolve(__dirname, '../../dist');
const uri = mongodbUri('doors');
const client = new MongoClient(uri);
const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-doors-'));
const running: ChildProcess[] = [];

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await client.db().dropDatabase();
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A door as a container runs it: no supervisor, the secrets in files. */
function open(door: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [path.join(DIST, `${door}.js`)], {
    cwd: os.tmpdir(),
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, ended, said: () => said };
}

async function eventually(what: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 45_000; !(await what()); await after(200)) {
    if (Date.now() > until) throw new Error('It did not come about');
  }
}

test('web and worker run alone over services of one’s own, with secrets in files', async () => {
  const secret = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, `${text}\n`, { mode: 0o400 });
    return file;
  };
  const [port, workerPort] = [await freePort(), await freePort()];
  const env = {
    NODE_ENV: 'production',
    BASE_URL: 'https://learn.example.org',
    PORT: String(port),
    WORKER_PORT: String(workerPort),
    METRICS_TOKEN_FILE: secret('metrics_token', 't'.repeat(20)),
    KELAS_DATA: path.join(folder, 'data'),
    MONGODB_URI_FILE: secret('mongodb_uri', uri),
    REDIS_URL_FILE: secret('redis_url', redisUrl()),
    REDIS_PREFIX: `${redisPrefix()}-doors`,
    SESSION_SECRET_FILE: secret('session_secret', 's'.repeat(40)),
    KEYS_SECRET_FILE: secret('keys_secret', 'k'.repeat(40)),
    SMTP_URL_FILE: secret('smtp_url', 'smtp://127.0.0.1:1'),
  };
  const web = open('web', env);
  const worker = open('worker', env);
  await eventually(async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    return answer?.status === 200;
  });
  // An event that nobody subscribes to shows that the worker is at it.
  const outbox = client.db().collection('outbox');
  const { insertedId } = await outbox.insertOne({
    type: 'nobody.listens',
    payload: {},
    requestId: 'test',
    status: 'waiting',
    createdAt: new Date(),
    leasedUntil: new Date(0),
  });
  await eventually(async () => (await outbox.findOne({ _id: insertedId }))?.['status'] === 'sent');
  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${workerPort}${path}`, { headers });
  expect((await ask('/healthz')).status).toBe(200);
  expect(await (await ask('/readyz')).json()).toMatchObject({ ready: true, redis: true });
  expect(await (await ask('/metrics')).text()).toContain('kelas_job_seconds');
  const proxied = { 'x-forwarded-for': '203.0.113.9' };
  expect((await ask('/metrics', proxied)).status).toBe(404);
  const token = { ...proxied, authorization: `Bearer ${'t'.repeat(20)}` };
  expect((await ask('/metrics', token)).status).toBe(200);
  expect((await ask('/nowhere')).status).toBe(404);
  // Nobody else could tell how the first administrator signs in.
  expect(web.said()).toContain('with this link, once: https://learn.example.org/welcome/w.');
  web.child.kill('SIGTERM');
  worker.child.kill('SIGTERM');
  expect(await Promise.all([web.ended, worker.ended])).toEqual([0, 0]);
  expect(worker.said()).not.toContain('"level":"error"');
});
