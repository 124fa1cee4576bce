import mongoose from 'mongoose';
import { z } from 'zod';
import { WHOLE_SITE } from '../../src/modules/accounts';
import { MailSend } from '../../src/modules/notifications/model';
import { AuditLog } from '../../src/platform/audit';
import { noteBackup } from '../../src/platform/backup';
import { textsBelow } from '../../src/platform/i18n';
import { defineJob, type JobDefinition, JobWorkers, Queues } from '../../src/platform/queue';
import { createRedis } from '../../src/platform/redis';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { signedIn } from '../support/factories/accounts';

const app = useApp();
let client: Client;

beforeAll(async () => {
  ({ client } = await signedIn(app, {
    grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
  }));
});

describe('failed jobs', () => {
  let works = false;
  const job = defineJob({
    name: 'test.stumble',
    queue: 'imports',
    schema: z.object({ id: z.string() }),
    attempts: 1,
    handle: async () => {
      if (!works) throw new Error('The <file> is not there');
    },
  }) as JobDefinition;

  test('are shown with their reason, begin anew or are forgotten, and that is written down', async () => {
    const { redisUrl, redisPrefix } = app.platform.config;
    const clients: ReturnType<typeof createRedis>[] = [];
    const connect = () => {
      const redis = createRedis(redisUrl ?? '', { failFast: false });
      clients.push(redis);
      return redis;
    };
    const queues = new Queues(app.platform.redis, redisPrefix);
    let ends = 0;
    let heard: (() => void) | undefined;
    const workers = new JobWorkers([job], {
      connect,
      prefix: redisPrefix,
      onResult: () => {
        ends += 1;
        heard?.();
      },
    });
    const settled = async (count: number, failed: number) => {
      while (ends < count) await new Promise<void>((resolve) => (heard = resolve));
      // The result is heard a moment before it stands in redis.
      while ((await queues.get('imports').getJobCounts('failed', 'active'))['failed'] !== failed);
    };
    try {
      await workers.ready();
      await queues.addAll(
        ['one', 'two', 'three'].map((id) => ({
          job,
          jobId: `stumble-${id}`,
          requestId: 'r',
          payload: { id },
        })),
      );
      await settled(3, 3);
      expect((await client.get('/admin/queues')).text).toMatch(/data-label="Failed"[^>]*>3</);
      const list = await client.get('/admin/queues/imports');
      expect(list.text).toContain('The &lt;file&gt; is not there');
      expect(list.text).toContain('1 try');
      const forgotten = await client.post('/admin/queues/imports/remove', { jobId: 'stumble-one' });
      expect(forgotten.status).toBe(303);
      works = true;
      await client.post('/admin/queues/imports/retry', { jobId: 'stumble-two' });
      await settled(4, 1);
      const all = await client.post('/admin/queues/imports/retry-all');
      expect((await client.follow(all)).text).toContain('1 job is waiting for its turn again');
      await settled(5, 0);
      expect((await client.get('/admin/queues/imports')).text).toContain('Nothing has failed');
      const gone = await client.post('/admin/queues/imports/retry', { jobId: 'stumble-two' });
      expect(gone.status).toBe(404);
      expect((await client.get('/admin/queues/none')).status).toBe(404);
      const acts = await AuditLog.find({ 'subject.kind': 'queue' }).sort({ _id: 1 }).lean();
      expect(acts.map(({ action, after }) => [action, after])).toEqual([
        ['admin.remove-job', { jobId: 'stumble-one' }],
        ['admin.retry-job', { jobId: 'stumble-two' }],
        ['admin.retry-all-jobs', { count: 1 }],
      ]);
    } finally {
      await workers.close();
      for (const redis of clients) redis.disconnect();
    }
  });
});

describe('the mail log', () => {
  test('says what was mailed to whom, by address and state, and never what was in it', async () => {
    const asker = app.client();
    const { email, userId } = await signedIn(app);
    await asker.get('/forgot');
    await asker.post('/forgot', { email });
    await app.drain();
    const list = await client.get(`/admin/mails?q=${encodeURIComponent(email.toUpperCase())}`);
    expect(list.text).toContain(email);
    expect(list.text).toContain('>The link for a forgotten password<');
    expect(list.text).not.toContain('/reset/');
    expect((await client.get('/admin/mails?q=nobody@example.org')).text).toContain('No mails');
    await MailSend.updateOne(
      { userId, kind: 'reset' },
      { $set: { status: 'failed', reason: 'Mailbox <full>' } },
    );
    const failed = await client.get('/admin/mails?state=failed');
    expect(failed.text).toContain('Mailbox &lt;full&gt;');
    await MailSend.updateOne(
      { userId, kind: 'reset' },
      { $set: { status: 'skipped', reason: 'switched-off' } },
    );
    const skipped = await client.get('/admin/mails?state=skipped');
    expect(skipped.text).toContain('>They switched this mail off<');
    expect((await client.get('/admin/mails?state=failed&q=x&page=99')).status).toBe(200);
  });
});

test('the system page says what runs, what waits and when the last backup was', async () => {
  const before = await client.get('/admin/system');
  expect(before.text).toContain('No backup has been made yet');
  expect(before.text).toContain(process.versions.node);
  expect(before.text).toMatch(/>E-mails sent<[\s\S]*mail_sends<\/code>/);
  const names = Object.values(mongoose.models).map(({ collection }) => collection.name);
  expect(textsBelow('admin.system.store.').sort()).toEqual(names.sort());
  await noteBackup(12);
  expect((await client.get('/admin/system')).text).not.toContain('No backup has been made yet');
});
