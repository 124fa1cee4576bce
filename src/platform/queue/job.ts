import type { z } from 'zod';

/** Queues are split by workload, so that a rush of documents does not hold up the mail. */
export const QUEUES = ['default', 'mail', 'documents', 'imports'] as const;
export type QueueName = (typeof QUEUES)[number];

export interface JobRun {
  jobId: string;
  /** 1 for the first try. */
  attempt: number;
  /** True when no further try follows. */
  last: boolean;
  /** True once the worker is to end: what a run has not begun it leaves, by `LeftForNext`. */
  ending?(): boolean;
}

/** Thrown by a run that has left a part of its work because the worker ends: the next takes it up. No try is spent. */
export class LeftForNext extends Error {
  override name = 'LeftForNext';
}

/**
 * A job. Its handler may run twice for the same payload (after a crash, or sent twice) and must
 * leave the same result: what makes it so lives in the database, not in the queue.
 */
export interface JobDefinition<P = unknown> {
  /** `<room>.<verb-noun>`, such as `certificates.issue`. */
  readonly name: string;
  readonly queue: QueueName;
  /** Ids only, no personal data. */
  readonly schema: z.ZodType<P>;
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Pause before the second try; doubled for each further one. */
  readonly backoffMs: number;
  handle(payload: P, run: JobRun): Promise<void>;
}

export const defineJob = <P>(
  job: Pick<JobDefinition<P>, 'name' | 'schema' | 'handle'> & Partial<JobDefinition<P>>,
): JobDefinition<P> => ({ queue: 'default', attempts: 8, backoffMs: 1_000, ...job });

/** A job that runs by the clock. */
export interface Schedule {
  /** Unique and stable: a changed pattern replaces the old one. */
  readonly id: string;
  readonly job: JobDefinition;
  /** Cron pattern, in the site's time zone. */
  readonly pattern: string;
  readonly payload: unknown;
}

export interface JobToAdd {
  job: JobDefinition;
  /** No `:` and not all digits. */
  jobId: string;
  requestId: string;
  payload: unknown;
}
