import type { Job } from 'bullmq';
import { QUEUES, type QueueName } from './job';
import type { Envelope, Queues } from './queues';

export interface QueueState {
  name: QueueName;
  waiting: number;
  active: number;
  /** Waiting for their time: schedules, and tries again. */
  delayed: number;
  failed: number;
}

export interface FailedJob {
  queue: QueueName;
  id: string;
  name: string;
  reason: string;
  attempts: number;
  failedAt: Date;
  /** Ids, as every job has them. */
  payload: unknown;
}

const REASON_LENGTH = 500;

const toFailed = (queue: QueueName, job: Job<Envelope>): FailedJob => ({
  queue,
  id: job.id ?? '',
  name: job.name,
  reason: (job.failedReason ?? '').slice(0, REASON_LENGTH),
  attempts: job.attemptsMade,
  failedAt: new Date(job.finishedOn ?? job.timestamp),
  payload: job.data.payload,
});

/** What those see and do who look after the queues. */
export class QueueDesk {
  readonly #queues: Queues;

  constructor(queues: Queues) {
    this.#queues = queues;
  }

  async states(): Promise<QueueState[]> {
    const states: QueueState[] = [];
    for (const name of QUEUES) {
      const counts = await this.#queues
        .get(name)
        .getJobCounts('waiting', 'active', 'delayed', 'failed');
      states.push({
        name,
        waiting: counts['waiting'] ?? 0,
        active: counts['active'] ?? 0,
        delayed: counts['delayed'] ?? 0,
        failed: counts['failed'] ?? 0,
      });
    }
    return states;
  }

  /** Jobs of a queue that have failed for good, the latest first. */
  async failed(queue: QueueName, page: number, size: number): Promise<FailedJob[]> {
    const first = (page - 1) * size;
    const jobs = await this.#queues.get(queue).getFailed(first, first + size - 1);
    return jobs.map((job) => toFailed(queue, job));
  }

  /** Lets a failed job begin anew, with all its tries. @returns false when it is not there */
  async retry(queue: QueueName, id: string): Promise<boolean> {
    const job = await this.#failedJob(queue, id);
    if (!job) return false;
    await job.retry('failed', { resetAttemptsMade: true });
    return true;
  }

  /** Lets every failed job of a queue begin anew. @returns how many there were */
  async retryAll(queue: QueueName): Promise<number> {
    const { failed = 0 } = await this.#queues.get(queue).getJobCounts('failed');
    await this.#queues.get(queue).retryJobs({ state: 'failed' });
    return failed;
  }

  /** Forgets a failed job. @returns false when it is not there */
  async remove(queue: QueueName, id: string): Promise<boolean> {
    const job = await this.#failedJob(queue, id);
    if (!job) return false;
    await job.remove();
    return true;
  }

  async #failedJob(queue: QueueName, id: string): Promise<Job<Envelope> | null> {
    const job = await this.#queues.get(queue).getJob(id);
    return job && (await job.isFailed()) ? job : null;
  }
}
