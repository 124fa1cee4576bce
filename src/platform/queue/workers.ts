import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import { runInContext } from '../context';
import { logger } from '../logger';
import type { Redis } from '../redis';
import { type JobDefinition, LeftForNext, QUEUES, type QueueName } from './job';
import type { Envelope } from './queues';

const CONCURRENCY: Record<QueueName, number> = { default: 10, mail: 5, documents: 2, imports: 1 };

/** Runs jobs until `close`, which lets those at hand finish, or leave what they have not begun. */
export class JobWorkers {
  readonly #workers: readonly Worker<Envelope>[];
  #ending = false;

  constructor(
    jobs: readonly JobDefinition[],
    options: {
      connect: () => Redis;
      prefix: string;
      onResult?: (job: string, ok: boolean, ms: number) => void;
    },
  ) {
    const byName = new Map(jobs.map((job) => [job.name, job]));
    const ending = () => this.#ending;
    this.#workers = QUEUES.map((queue) => {
      const handle = (job: Job<Envelope>, token?: string) =>
        run(byName, { job, token, ending }, options.onResult);
      const worker = new Worker<Envelope>(queue, handle, {
        connection: options.connect(),
        prefix: options.prefix,
        concurrency: CONCURRENCY[queue],
        // A killed worker's jobs are taken up again after this long.
        lockDuration: 15_000,
        stalledInterval: 5_000,
        maxStalledCount: 10,
      });
      worker.on('error', (error) => logger.warn({ err: error, queue }, 'a queue does not answer'));
      return worker;
    });
  }

  async ready(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()));
  }

  async close(): Promise<void> {
    this.#ending = true;
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}

interface Taken {
  job: Job<Envelope>;
  token: string | undefined;
  ending(): boolean;
}

async function run(
  jobs: ReadonlyMap<string, JobDefinition>,
  { job, token, ending }: Taken,
  onResult?: (job: string, ok: boolean, ms: number) => void,
): Promise<void> {
  const definition = jobs.get(job.name);
  const jobId = job.id ?? job.name;
  await runInContext({ requestId: job.data.requestId, jobId }, async () => {
    if (!definition) throw new UnrecoverableError(`There is no job named ${job.name}`);
    const started = performance.now();
    const attempt = job.attemptsMade + 1;
    const last = attempt >= (job.opts.attempts ?? 1);
    try {
      const parsed = definition.schema.safeParse(job.data.payload);
      if (!parsed.success) throw new UnrecoverableError(`Bad payload: ${parsed.error.message}`);
      await definition.handle(parsed.data, { jobId, attempt, last, ending });
      logger.info(
        { job: job.name, attempt, ms: Math.round(performance.now() - started) },
        'job done',
      );
      onResult?.(job.name, true, performance.now() - started);
    } catch (error) {
      if (error instanceof LeftForNext) {
        logger.info({ job: job.name, attempt }, 'job left for the next worker');
        await job.moveToWait(token);
        throw new WaitingError();
      }
      const final = last || error instanceof UnrecoverableError;
      logger[final ? 'error' : 'warn']({ err: error, job: job.name, attempt }, 'job failed');
      onResult?.(job.name, false, performance.now() - started);
      throw error;
    }
  });
}
