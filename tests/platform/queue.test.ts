import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { currentContext } from '../../src/platform/context';
import { logger } from '../../src/platform/logger';
import {
  defineJob,
  type JobDefinition,
  JobWorkers,
  LeftForNext,
  QUEUES,
  Queues,
} from '../../src/platform/queue';
import { createRedis, type Redis } from '../../src/platform/redis';
import { redisPrefix, redisUrl } from '../support/services';

const Payload = z.object({ n: z.number() });
type Payload = z.infer<typeof Payload>;

/** Resolves `done` when `seen` holds `count` things. */
function collector<T>(count: number) {
  const seen: T[] = [];
  let finish = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return {
    seen,
    done,
    add(item: T) {
      seen.push(item);
      if (seen.length === count) finish();
    },
  };
}

describe('queues, through real workers', () => {
  const open: { close(): Promise<unknown> }[] = [];
  const clients: Redis[] = [];
  const level = logger.level;

  const connect = () => {
    const client = createRedis(redisUrl(), { failFast: false });
    clients.push(client);
    return client;
  };
  const start = async (
    jobs: readonly JobDefinition[],
    prefix = `${redisPrefix()}-queue-${randomBytes(4).toString('hex')}`,
  ) => {
    const queues = new Queues(connect(), prefix);
    const results: [string, boolean][] = [];
    const settled = collector<boolean>(Number.MAX_SAFE_INTEGER);
    const workers = new JobWorkers(jobs, {
      connect,
      prefix,
      onResult: (job, ok) => {
        results.push([job, ok]);
        settled.add(ok);
      },
    });
    open.push(workers, queues);
    await workers.ready();
    return { queues, results, prefix };
  };

  beforeAll(() => {
    logger.level = 'silent';
  });
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
    for (const client of clients.splice(0)) client.disconnect();
  });
  afterAll(() => {
    logger.level = level;
  });

  test.each(QUEUES)('a job of the queue %s runs with the id of its request', async (queue) => {
    const runs = collector<unknown>(1);
    const job = defineJob<Payload>({
      name: 'things.do',
      queue,
      schema: Payload,
      handle: async (payload, { jobId, attempt }) => {
        runs.add({ payload, jobId, attempt, requestId: currentContext()?.requestId });
      },
    });
    const { queues } = await start([job as JobDefinition]);
    const sent = { job: job as JobDefinition, jobId: 'do-1', requestId: 'req1', payload: { n: 1 } };
    await queues.addAll([sent]);
    await queues.addAll([sent]);
    await runs.done;
    expect(runs.seen).toEqual([
      { payload: { n: 1 }, jobId: 'do-1', attempt: 1, requestId: 'req1' },
    ]);
  });

  test('a job that fails is tried again, as often as it says', async () => {
    const tries = collector<boolean>(3);
    const job = defineJob<Payload>({
      name: 'things.fail',
      schema: Payload,
      attempts: 3,
      backoffMs: 1,
      handle: async (_payload, { last }) => {
        tries.add(last);
        throw new Error('no');
      },
    });
    const { queues } = await start([job as JobDefinition]);
    await queues.addAll([
      { job: job as JobDefinition, jobId: 'fail-1', requestId: 'r', payload: { n: 1 } },
    ]);
    await tries.done;
    expect(tries.seen).toEqual([false, false, true]);
  });

  test('a payload that does not fit fails at once and reaches no handler', async () => {
    const reached = jest.fn();
    const job = defineJob<Payload>({
      name: 'things.strict',
      schema: Payload,
      handle: async () => reached(),
    });
    const { queues, results } = await start([job as JobDefinition]);
    await queues.addAll([
      { job: job as JobDefinition, jobId: 'strict-1', requestId: 'r', payload: { n: 'x' } },
    ]);
    const queue = queues.get('default');
    while ((await queue.getFailedCount()) === 0);
    expect((await queue.getJob('strict-1'))?.attemptsMade).toBe(1);
    expect(reached).not.toHaveBeenCalled();
    expect(results).toEqual([['things.strict', false]]);
  });

  test('closing waits for the job at hand', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const started = collector<true>(1);
    let finished = false;
    const job = defineJob<Payload>({
      name: 'things.slow',
      schema: Payload,
      handle: async () => {
        started.add(true);
        await gate;
        finished = true;
      },
    });
    const { queues } = await start([job as JobDefinition]);
    await queues.addAll([
      { job: job as JobDefinition, jobId: 'slow-1', requestId: 'r', payload: { n: 1 } },
    ]);
    await started.done;
    const closing = open.shift()?.close();
    release();
    await closing;
    expect(finished).toBe(true);
  });

  test('what a run leaves because its worker ends is the next one’s, and no try is spent', async () => {
    const started = collector<true>(1);
    const done = collector<number>(1);
    const job = defineJob<Payload>({
      name: 'things.long',
      schema: Payload,
      attempts: 1,
      handle: async (_payload, { attempt, ending }) => {
        if (started.seen.length > 0) return done.add(attempt);
        started.add(true);
        while (!ending?.()) await new Promise((resolve) => setImmediate(resolve));
        throw new LeftForNext('The worker ends');
      },
    });
    const { queues, prefix, results } = await start([job as JobDefinition]);
    await queues.addAll([
      { job: job as JobDefinition, jobId: 'long-1', requestId: 'r', payload: { n: 1 } },
    ]);
    await started.done;
    await open.shift()?.close();
    expect(results).toEqual([]);
    expect(await queues.get('default').getWaitingCount()).toBe(1);
    await start([job as JobDefinition], prefix);
    await done.done;
    expect(done.seen).toEqual([1]);
  });

  test('schedules are replaced as a whole', async () => {
    const job = defineJob<Payload>({
      name: 'things.tick',
      schema: Payload,
      handle: async () => {},
    });
    const { queues } = await start([job as JobDefinition]);
    const schedule = (id: string) => ({
      id,
      job: job as JobDefinition,
      pattern: '0 3 * * *',
      payload: { n: 1 },
    });
    await queues.setSchedules([schedule('one'), schedule('two')], 'Asia/Singapore');
    await queues.setSchedules([schedule('two')], 'Asia/Singapore');
    const keys = (await queues.get('default').getJobSchedulers()).map(({ key }) => key);
    expect(keys).toEqual(['two']);
  });

  test('a run that the next one mends does not stay among the failed', async () => {
    const failing = (name: string, attempts: number) =>
      defineJob<Payload>({
        name,
        schema: Payload,
        attempts,
        handle: async () => {},
      }) as JobDefinition;
    const jobs = [failing('things.each-minute', 1), failing('things.each-night', 8)];
    const { queues } = await start(jobs);
    await queues.setSchedules(
      jobs.map((job) => ({ id: job.name, job, pattern: '0 3 * * *', payload: { n: 1 } })),
      'Asia/Singapore',
    );
    const kept = (await queues.get('default').getJobSchedulers()).map(({ name, template }) => [
      name,
      template?.opts?.removeOnFail,
    ]);
    expect(Object.fromEntries(kept)).toEqual({
      'things.each-minute': true,
      'things.each-night': false,
    });
  });
});
