import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findRedisProgram } from '../../src/embedded/redis/find';
import { certificateOf } from '../../src/modules/certificates';
import { Certificate } from '../../src/modules/certificates/model';
import { MailSend } from '../../src/modules/notifications/model';
import { outboxLag } from '../../src/platform/outbox';
import { startWorkers } from '../../src/worker/workers';
import { useApp } from '../support/app';
import { makeCentre, publishReadingCourse } from '../support/factories/certificates';
import { makeLearner } from '../support/factories/learning';

const folder = mkdtempSync(path.join(os.tmpdir(), 'kelas-away-'));
const socket = path.join(folder, 'redis.sock');
const site = useApp({ REDIS_URL: `unix:${socket}` });
let redis: ChildProcess | undefined;

function startRedis(): void {
  const args = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', ''];
  redis = spawn(findRedisProgram() ?? 'redis-server', args, { stdio: 'ignore' });
}

afterAll(async () => {
  redis?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** Asks until it is so; the test's own time limit ends it otherwise. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await wait(25);
}

test('while redis is away people enrol, learn and complete; when it is back the certificate comes, once', async () => {
  await makeCentre();
  await publishReadingCourse(site, 'away');
  const learner = await makeLearner(site, 'away');
  const viewed = await learner.client.post(`${learner.href}/first-steps/viewed`);
  expect(viewed.status).toBe(303);
  const waiting = await learner.client.get('/certificates');
  expect(waiting.text).toContain('Your certificate is on its way');
  const ready = await site.client().getJson('/readyz');
  expect(ready.status).toBe(503);
  expect(ready.body).toMatchObject({ ready: false, database: true, redis: false });

  const starting = startWorkers(site.platform, site.rooms);
  startRedis();
  const worker = await starting;
  const { enrolmentId } = learner;
  await until(async () => (await certificateOf(enrolmentId))?.ready === true);
  const mail = { userId: learner.userId, kind: 'certificate-ready' as const };
  await until(async () => (await MailSend.findOne(mail).lean())?.status === 'sent');
  await worker.stop();

  expect(await Certificate.countDocuments({ enrolmentId })).toBe(1);
  expect(await MailSend.countDocuments(mail)).toBe(1);
  expect(await outboxLag()).toBe(0);
  expect((await learner.client.get('/certificates')).text).toContain('Download PDF');
});
