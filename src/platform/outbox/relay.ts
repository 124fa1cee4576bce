import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import { now } from '../../shared/clock';
import { logger } from '../logger';
import type { JobDefinition, JobToAdd } from '../queue';
import type { EventDefinition } from './events';
import { Outbox, type OutboxRow } from './model';

/** One job that runs for each event of a type. */
export interface Subscription {
  readonly event: EventDefinition;
  readonly job: JobDefinition;
  /**
   * Id of the job, so that the queue takes the same fact once while it remembers it. No `:`, not
   * all digits. Default: the job's name and the event's id.
   */
  jobId(payload: unknown, eventId: string): string;
  /** What the job receives. */
  toPayload(payload: unknown): unknown;
}

/** Ties a job to an event, with the types of both. */
export function subscribe<E, P>(
  event: EventDefinition<E>,
  job: JobDefinition<P>,
  options: { toPayload: (payload: E) => P; jobId?: (payload: E) => string },
): Subscription {
  return {
    event,
    job: job as JobDefinition,
    jobId: (payload, eventId) =>
      options.jobId?.(payload as E) ?? `${job.name.replaceAll('.', '-')}-${eventId}`,
    toPayload: (payload) => options.toPayload(payload as E),
  };
}

/** Handing over takes milliseconds, and fails after seconds while redis is away. */
const LEASE_MS = 10_000;
const BATCH = 200;
const IDLE_MS = 250;

/** Where the relay hands jobs over: all of them are kept, or it throws. */
export interface JobSink {
  addAll(jobs: readonly JobToAdd[]): Promise<void>;
}

/**
 * Passes events on to the queues: leases rows, enqueues, marks them sent. At least once: after a
 * crash between the two last steps the lease runs out and the row is passed on again, under the
 * same job ids.
 */
export class Relay {
  readonly #subscriptions: readonly Subscription[];
  readonly #sink: JobSink;
  #stopping = false;
  #running: Promise<void> | undefined;

  constructor(subscriptions: readonly Subscription[], sink: JobSink) {
    this.#subscriptions = subscriptions;
    this.#sink = sink;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the batch at hand is through. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  /** Passes on what waits now, up to one batch. @returns the number of events passed on. */
  async relayOnce(): Promise<number> {
    const rows = await this.#lease();
    if (rows.length === 0) return 0;
    const ids = rows.map((row) => row._id);
    try {
      await this.#sink.addAll(rows.flatMap((row) => this.#jobsOf(row)));
    } catch (error) {
      await Outbox.updateMany(
        { _id: { $in: ids } },
        { $set: { leasedUntil: new Date(0) }, $unset: { leaseId: '' } },
      );
      throw error;
    }
    await Outbox.updateMany(
      { _id: { $in: ids } },
      { $set: { status: 'sent', sentAt: now() }, $unset: { leaseId: '' } },
    );
    return rows.length;
  }

  #jobsOf(row: OutboxRow): JobToAdd[] {
    const eventId = row._id.toHexString();
    return this.#subscriptions
      .filter((subscription) => subscription.event.type === row.type)
      .map((subscription) => ({
        job: subscription.job,
        jobId: subscription.jobId(row.payload, eventId),
        requestId: row.requestId,
        payload: subscription.toPayload(row.payload),
      }));
  }

  async #lease(): Promise<OutboxRow[]> {
    const time = now();
    const free = { status: 'waiting' as const, leasedUntil: { $lte: time } };
    const found = await Outbox.find(free, { _id: 1 })
      .sort({ leasedUntil: 1, _id: 1 })
      .limit(BATCH)
      .lean();
    if (found.length === 0) return [];
    const leaseId = randomUUID();
    await Outbox.updateMany(
      { ...free, _id: { $in: found.map((row) => row._id) } },
      { $set: { leaseId, leasedUntil: new Date(time.getTime() + LEASE_MS) } },
    );
    return Outbox.find({ leaseId }).sort({ _id: 1 }).lean<OutboxRow[]>();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopping) {
      try {
        const passed = await this.relayOnce();
        failures = 0;
        if (passed < BATCH) await wait(IDLE_MS);
      } catch (error) {
        failures += 1;
        if (failures === 1)
          logger.warn({ err: error }, 'events wait: the relay cannot pass them on');
        await wait(Math.min(IDLE_MS * 2 ** failures, 5_000));
      }
    }
  }
}

/** Age in seconds of the oldest event that waits; 0 when none does. */
export async function outboxLag(): Promise<number> {
  const oldest = await Outbox.findOne({ status: 'waiting' }, { createdAt: 1 })
    .sort({ leasedUntil: 1, _id: 1 })
    .lean();
  return oldest ? Math.max(0, (now().getTime() - oldest.createdAt.getTime()) / 1000) : 0;
}

/**
 * Lets every event that is still kept (those of the last days) be passed on once more: the queues
 * of a site that was restored or moved know nothing of the jobs that waited in them.
 * @param db where the site's data stands, when that is not the database of this process
 */
export async function passAllOnAgain(db: mongo.Db = Outbox.db.db as mongo.Db): Promise<void> {
  await db.collection(Outbox.collection.name).updateMany(
    { status: 'sent' },
    // They wait from now on: the lag must not count the time before.
    { $set: { status: 'waiting', leasedUntil: new Date(0), sentAt: null, createdAt: now() } },
  );
}
