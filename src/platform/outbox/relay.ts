import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import { now } from '../../shared/clock';
import { shortId } from '../../shared/ids';
import { logger } from '../logger';
import type { JobDefinition, JobToAdd } from '../queue';
import type { EventDefinition } from './events';
import { Outbox, type OutboxRow } from './model';

/** A job that runs after the events of a type: for each, or for several that wait at once. */
export interface Subscription {
  readonly event: EventDefinition;
  readonly job: JobDefinition;
  /** Events that one run of the job takes at most. */
  readonly most: number;
  /** Id of the job, so that the queue takes the same fact once while it remembers it. No `:`, not all digits. */
  jobId(payloads: readonly unknown[], eventIds: readonly string[]): string;
  /** What the job receives. */
  toPayload(payloads: readonly unknown[]): unknown;
}

const nameInId = (job: Pick<JobDefinition, 'name'>): string => job.name.replaceAll('.', '-');

/**
 * Ties a job to an event, with the types of both: one run for each event.
 * @param options.jobId default: the job's name and the event's id
 */
export function subscribe<E, P>(
  event: EventDefinition<E>,
  job: JobDefinition<P>,
  options: { toPayload: (payload: E) => P; jobId?: (payload: E) => string },
): Subscription {
  return {
    event,
    job: job as JobDefinition,
    most: 1,
    jobId: ([payload], [eventId]) => options.jobId?.(payload as E) ?? `${nameInId(job)}-${eventId}`,
    toPayload: ([payload]) => options.toPayload(payload as E),
  };
}

/**
 * The same for a job that does many at once for little more than one: events that wait together, as
 * after a rush, come to it together. Which ones is chance, so what was done must be known from the
 * database and not from the id of the job.
 */
export function subscribeMany<E, P>(
  event: EventDefinition<E>,
  job: JobDefinition<P>,
  options: { most: number; toPayload: (payloads: readonly E[]) => P },
): Subscription {
  return {
    event,
    job: job as JobDefinition,
    most: options.most,
    // All of its events: handed over once more, they may stand together with others.
    jobId: (_payloads, eventIds) =>
      `${nameInId(job)}-${eventIds[0]}-${createHash('sha256').update(eventIds.join()).digest('hex').slice(0, 24)}`,
    toPayload: (payloads) => options.toPayload(payloads as readonly E[]),
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

function jobOf(subscription: Subscription, rows: readonly OutboxRow[]): JobToAdd {
  const payloads = rows.map(({ payload }) => payload);
  const eventIds = rows.map(({ _id }) => _id.toHexString());
  const [requestId = '', ...others] = new Set(rows.map((row) => row.requestId));
  return {
    job: subscription.job,
    jobId: subscription.jobId(payloads, eventIds),
    // Several requests have led to it: it is none of theirs.
    requestId: others.length === 0 ? requestId : shortId(),
    payload: subscription.toPayload(payloads),
  };
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
      await this.#sink.addAll(this.#jobsOf(rows));
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

  /** In the order of the events; those that a job takes together stand where the first of them stood. */
  #jobsOf(rows: readonly OutboxRow[]): JobToAdd[] {
    const runs: { subscription: Subscription; rows: OutboxRow[] }[] = [];
    const open = new Map<Subscription, OutboxRow[]>();
    for (const row of rows) {
      for (const subscription of this.#subscriptions) {
        if (subscription.event.type !== row.type) continue;
        const before = open.get(subscription);
        if (before && before.length < subscription.most) {
          before.push(row);
          continue;
        }
        const own = [row];
        open.set(subscription, own);
        runs.push({ subscription, rows: own });
      }
    }
    return runs.map((run) => jobOf(run.subscription, run.rows));
  }

  async #lease(): Promise<OutboxRow[]> {
    const time = now();
    const free = { status: 'waiting' as const, leasedUntil: { $lte: time } };
    const found = await Outbox.find(free, { _id: 1 })
      .sort({ leasedUntil: 1, _id: 1 })
      .limit(BATCH)
      .batchSize(BATCH)
      .lean();
    if (found.length === 0) return [];
    const leaseId = randomUUID();
    const own = { _id: { $in: found.map((row) => row._id) } };
    await Outbox.updateMany(
      { ...free, ...own },
      { $set: { leaseId, leasedUntil: new Date(time.getTime() + LEASE_MS) } },
    );
    // By their ids: no index says which rows a lease has.
    return Outbox.find({ ...own, leaseId })
      .sort({ _id: 1 })
      .batchSize(BATCH)
      .lean<OutboxRow[]>();
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
