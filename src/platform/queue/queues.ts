import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from '../redis';
import { type JobToAdd, QUEUES, type QueueName, type Schedule } from './job';

/** What lies in redis for a job. */
export interface Envelope {
  requestId: string;
  payload: unknown;
}

const KEEP: Pick<JobsOptions, 'removeOnComplete' | 'removeOnFail'> = {
  removeOnComplete: { age: 24 * 3600, count: 5_000 },
  removeOnFail: false,
};

/** The sending side of the queues. */
export class Queues {
  readonly #queues: ReadonlyMap<QueueName, Queue<Envelope>>;

  constructor(redis: Redis, prefix: string) {
    this.#queues = new Map(
      QUEUES.map((name) => [name, new Queue<Envelope>(name, { connection: redis, prefix })]),
    );
    for (const queue of this.#queues.values()) queue.on('error', () => {});
  }

  get(name: QueueName): Queue<Envelope> {
    const queue = this.#queues.get(name);
    if (!queue) throw new Error(`There is no queue ${name}`);
    return queue;
  }

  /** All jobs are kept when this resolves. A job whose id the queue knows is not added again. */
  async addAll(jobs: readonly JobToAdd[]): Promise<void> {
    for (const name of QUEUES) {
      const own = jobs.filter(({ job }) => job.queue === name);
      if (own.length === 0) continue;
      await this.get(name).addBulk(
        own.map(({ job, jobId, requestId, payload }) => ({
          name: job.name,
          data: { requestId, payload },
          opts: {
            ...KEEP,
            jobId,
            attempts: job.attempts,
            backoff: { type: 'exponential', delay: job.backoffMs, jitter: 0.2 },
          },
        })),
      );
    }
  }

  /** Sets the given schedules and removes every other. */
  async setSchedules(schedules: readonly Schedule[], timeZone: string): Promise<void> {
    const wanted = new Set(schedules.map(({ id }) => id));
    for (const queue of this.#queues.values()) {
      for (const { key } of await queue.getJobSchedulers()) {
        if (!wanted.has(key)) await queue.removeJobScheduler(key);
      }
    }
    for (const { id, job, pattern, payload } of schedules) {
      await this.get(job.queue).upsertJobScheduler(
        id,
        { pattern, tz: timeZone },
        {
          name: job.name,
          data: { requestId: id, payload },
          // What is tried once has failed for a minute: the next run mends it, and nobody need look.
          opts: { ...KEEP, attempts: job.attempts, removeOnFail: job.attempts === 1 },
        },
      );
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }
}
