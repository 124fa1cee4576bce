import mongoose from 'mongoose';
import { countFailedMails } from '../../modules/notifications';
import { databaseClockMs, missingIndexes } from '../../platform/db';
import { DatabaseIsNewer, migrationState } from '../../platform/migrations';
import { outboxLag } from '../../platform/outbox';
import { QUEUES, Queues } from '../../platform/queue';
import { createRedis } from '../../platform/redis';
import { counted, type Finding, good, mend, note } from './finding';

const DAYS = 7;
/** The same as /readyz. */
const MAX_LAG_SECONDS = 300;
const MAX_CLOCK_MS = 2_000;

/** @param ours true when the engine runs for this command alone: Kelas does not run */
export async function database(ours: boolean): Promise<Finding[]> {
  const start = performance.now();
  const info = await mongoose.connection.db?.admin().buildInfo();
  const ms = (performance.now() - start).toFixed(1);
  const embedded = (info?.['storageEngines'] as string[] | undefined)?.includes('lmdb') === true;
  const name = embedded ? 'The embedded engine' : `MongoDB ${info?.['version']}`;
  return [
    good(`${name} answers in ${ms} ms`),
    clock(await databaseClockMs()),
    await storedData(),
    await indexes(),
    await outbox(ours),
    await mails(),
  ];
}

/** @param ms how far the clock of the database is ahead */
export function clock(ms: number): Finding {
  const seconds = Math.abs(ms / 1000).toFixed(1);
  return Math.abs(ms) > MAX_CLOCK_MS
    ? mend(
        `The clocks of this machine and of the database differ by ${seconds} s`,
        'let both follow a time server (chrony, systemd-timesyncd)',
      )
    : good(`It is ${new Date().toISOString()}, here and at the database`);
}

async function storedData(): Promise<Finding> {
  try {
    const { pending, unknown } = await migrationState();
    if (pending.length > 0)
      return mend(
        `${counted(pending.length, 'change')} of stored data not made yet: ${pending.map(({ name }) => name).join('; ')}`,
        'start Kelas, which makes them, or npm run kelas -- migrate',
      );
    return unknown.length > 0
      ? note(
          'The database has been through changes of a newer Kelas, with which this one can work',
          'start the newer version everywhere',
        )
      : good('Stored data is that of this version');
  } catch (error) {
    if (!(error instanceof DatabaseIsNewer)) throw error;
    return mend(error.message, 'start the newer version, or restore a backup from before it');
  }
}

async function indexes(): Promise<Finding> {
  const missing = await missingIndexes();
  return missing.length > 0
    ? mend(
        `Missing: ${counted(missing.length, 'index', 'indexes')}: ${missing.slice(0, 5).join('; ')}${missing.length > 5 ? ' …' : ''}`,
        'start Kelas, which makes them; if it says that it cannot, there are duplicates to remove',
      )
    : good('All indexes are there');
}

async function outbox(ours: boolean): Promise<Finding> {
  const seconds = Math.round(await outboxLag());
  if (seconds <= MAX_LAG_SECONDS)
    return good(`Events are passed on (the oldest waits ${seconds} s)`);
  return ours
    ? note(`Events have waited for ${seconds} s`, 'they are passed on when Kelas runs again')
    : mend(
        `Events have waited for ${seconds} s`,
        'look whether the worker runs and reaches redis, and into its log',
      );
}

async function mails(): Promise<Finding> {
  const failed = await countFailedMails(DAYS);
  return failed > 0
    ? mend(
        `${counted(failed, 'mail')} of the last ${DAYS} days could not be sent`,
        'see mail_sends with status "failed" for the reason, check SMTP_URL and MAIL_FROM',
      )
    : good(`No mail of the last ${DAYS} days has failed`);
}

/** Redis answers, keeps what it is given, and holds no job that gave up. */
export async function redis(url: string, prefix: string): Promise<Finding[]> {
  const client = createRedis(url, { failFast: false });
  const queues = new Queues(client, prefix);
  try {
    const text = await Promise.race([client.info(), silence()]);
    if (text === null)
      return [mend('Redis does not answer', 'start it, or correct REDIS_URL; its log says more')];
    const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(text)?.[1] ?? '';
    const findings = [good(`Redis ${value('redis_version')} answers`)];
    if (value('aof_enabled') !== '1')
      findings.push(mend('Redis forgets on a crash', 'set appendonly yes'));
    if (value('maxmemory') !== '0' && value('maxmemory_policy') !== 'noeviction')
      findings.push(
        mend('Redis throws jobs away when it is full', 'set maxmemory-policy noeviction'),
      );
    for (const name of QUEUES) {
      const failed = await queues.get(name).getFailedCount();
      if (failed > 0)
        findings.push(
          note(
            `${counted(failed, 'job')} of the queue ${name} gave up`,
            'the log of the worker says why ("job failed"); what they were to do was not done',
          ),
        );
    }
    return findings;
  } finally {
    await queues.close().catch(() => undefined);
    client.disconnect();
  }
}

const silence = () =>
  new Promise<null>((resolve) => {
    setTimeout(() => resolve(null), 3_000).unref();
  });
