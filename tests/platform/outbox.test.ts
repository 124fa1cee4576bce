import { z } from 'zod';
import { inTransaction } from '../../src/platform/db';
import {
  defineEvent,
  type JobSink,
  outboxLag,
  publish,
  Relay,
  subscribe,
  subscribeMany,
} from '../../src/platform/outbox';
import { Outbox } from '../../src/platform/outbox/model';
import { defineJob, type JobToAdd } from '../../src/platform/queue';
import { setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';

useApp();

const happened = defineEvent('thing.happened', z.object({ thingId: z.string() }));
const job = defineJob({
  name: 'things.react',
  schema: z.object({ thingId: z.string() }),
  handle: async () => {},
});
const other = defineJob({ ...job, name: 'things.count' });
const subscriptions = [
  subscribe(happened, job, {
    toPayload: ({ thingId }) => ({ thingId }),
    jobId: ({ thingId }) => `react-${thingId}`,
  }),
  subscribe(happened, other, { toPayload: ({ thingId }) => ({ thingId }) }),
];
/** Its job takes two at once. */
const many = subscribeMany(
  happened,
  defineJob({
    name: 'things.count-many',
    schema: z.object({ thingIds: z.array(z.string()) }),
    handle: async () => {},
  }),
  { most: 2, toPayload: (payloads) => ({ thingIds: payloads.map(({ thingId }) => thingId) }) },
);

/** A queue as redis keeps it: a job whose id is known is not added again. */
function memorySink(): JobSink & { jobs: Map<string, JobToAdd>; fail: boolean } {
  const jobs = new Map<string, JobToAdd>();
  return {
    jobs,
    fail: false,
    async addAll(added) {
      if (this.fail) throw new Error('redis is away');
      for (const each of added) if (!jobs.has(each.jobId)) jobs.set(each.jobId, each);
    },
  };
}

const tell = (thingId: string) => inTransaction(() => publish(happened, { thingId }));

beforeEach(async () => {
  await Outbox.deleteMany({});
});
afterEach(() => setClock());

describe('the outbox', () => {
  test('an event is written with its change or not at all', async () => {
    await expect(
      inTransaction(async () => {
        await publish(happened, { thingId: 'a' });
        throw new Error('the change failed');
      }),
    ).rejects.toThrow('the change failed');
    expect(await Outbox.countDocuments({})).toBe(0);
    await tell('a');
    expect(await Outbox.countDocuments({ status: 'waiting' })).toBe(1);
  });

  test('outside a transaction, or with a wrong payload, it is refused', async () => {
    await expect(publish(happened, { thingId: 'a' })).rejects.toThrow('outside a transaction');
    await expect(inTransaction(() => publish(happened, { thingId: 7 } as never))).rejects.toThrow();
    expect(await Outbox.countDocuments({})).toBe(0);
  });

  test('the relay passes each event to each subscribed job, once', async () => {
    const sink = memorySink();
    const relay = new Relay(subscriptions, sink);
    await tell('a');
    await tell('b');
    expect(await relay.relayOnce()).toBe(2);
    expect(await relay.relayOnce()).toBe(0);
    expect([...sink.jobs.keys()].filter((id) => id.startsWith('react-')).sort()).toEqual([
      'react-a',
      'react-b',
    ]);
    expect(sink.jobs.size).toBe(4);
    expect(sink.jobs.get('react-a')?.payload).toEqual({ thingId: 'a' });
  });

  test('while the queue is away events wait, and are passed on when it is back', async () => {
    const sink = memorySink();
    sink.fail = true;
    const relay = new Relay(subscriptions, sink);
    await tell('a');
    await expect(relay.relayOnce()).rejects.toThrow('redis is away');
    setClock(() => new Date(Date.now() + 60_000));
    expect(await outboxLag()).toBeGreaterThan(59);
    setClock();
    sink.fail = false;
    expect(await relay.relayOnce()).toBe(1);
    expect(sink.jobs.size).toBe(2);
    expect(await outboxLag()).toBe(0);
  });

  test('a relay that died between enqueueing and marking is made good under the same job ids', async () => {
    const sink = memorySink();
    await tell('a');
    // What such a death leaves behind: jobs in the queue, the row leased and still waiting.
    await new Relay(subscriptions, sink).relayOnce();
    await Outbox.updateMany(
      {},
      { $set: { status: 'waiting', leaseId: 'dead', leasedUntil: new Date(Date.now() + 30_000) } },
    );
    const relay = new Relay(subscriptions, sink);
    expect(await relay.relayOnce()).toBe(0);
    setClock(() => new Date(Date.now() + 31_000));
    expect(await relay.relayOnce()).toBe(1);
    expect(sink.jobs.size).toBe(2);
  });

  test('a job that takes many gets those that wait together, in their order, and no more than it takes', async () => {
    const sink = memorySink();
    const relay = new Relay([many], sink);
    for (const thingId of ['a', 'b', 'c']) await tell(thingId);
    expect(await relay.relayOnce()).toBe(3);
    expect([...sink.jobs.values()].map(({ payload }) => payload)).toEqual([
      { thingIds: ['a', 'b'] },
      { thingIds: ['c'] },
    ]);
    for (const jobId of sink.jobs.keys()) expect(jobId).toMatch(/^things-count-many-[0-9a-f]{24}-/);
  });

  test('an event that comes between two that were handed over before is not taken for one of them', async () => {
    const sink = memorySink();
    const relay = new Relay([many], {
      // Redis has them, and its answer is lost.
      addAll: async (jobs) => {
        await sink.addAll(jobs);
        if (sink.jobs.size === 1) throw new Error('redis is away');
      },
    });
    // Of two ids of one second the later one may be the smaller, when another process made it.
    for (const thingId of ['a', 'late', 'b']) await tell(thingId);
    const late = await Outbox.findOne({ 'payload.thingId': 'late' }).lean();
    if (!late) throw new Error('It was not written');
    await Outbox.deleteOne({ _id: late._id });
    await expect(relay.relayOnce()).rejects.toThrow('redis is away');
    await Outbox.insertMany([late]);
    while ((await relay.relayOnce()) > 0);
    const handed = [...sink.jobs.values()].flatMap(
      ({ payload }) => (payload as { thingIds: string[] }).thingIds,
    );
    expect(new Set(handed)).toEqual(new Set(['a', 'late', 'b']));
  });

  test('several relays share the work and none of it twice', async () => {
    const times = new Map<string, number>();
    const sink: JobSink = {
      async addAll(added) {
        for (const { jobId } of added) times.set(jobId, (times.get(jobId) ?? 0) + 1);
      },
    };
    for (let i = 0; i < 40; i += 1) await tell(`t${i}`);
    const relays = Array.from({ length: 4 }, () => new Relay(subscriptions, sink));
    const passed = await Promise.all(relays.map((relay) => relay.relayOnce()));
    expect(passed.reduce((sum, n) => sum + n, 0)).toBe(40);
    expect([...times.values()].every((n) => n === 1)).toBe(true);
  });
});
