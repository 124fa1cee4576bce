import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AuditLog, audit } from '../../src/platform/audit';
import {
  actHref,
  type BulkKind,
  createBulk,
  findAct,
  listActs,
  resumeAct,
  startBulk,
  stopAct,
} from '../../src/platform/bulk';
import { wakeForgottenActs } from '../../src/platform/bulk/acts';
import { runInContext } from '../../src/platform/context';
import { Conflict } from '../../src/platform/errors';
import { Relay } from '../../src/platform/outbox';
import type { JobRun } from '../../src/platform/queue';
import { DAY, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';

useApp();
/** Runs something out of the transaction at hand, as another request would. */
const outside = AsyncLocalStorage.snapshot();
const BY = 'a'.repeat(24);

type Data = { n: number };
/** A kind whose work is an audit row for each item: what counts is how often it is there. */
const kindOf = (
  mode: BulkKind['mode'],
  each: (n: number, actId: string) => Promise<void> | void = () => {},
): BulkKind<{ word: string }, Data> => ({
  kind: `tests.act-${randomBytes(4).toString('hex')}`,
  titleKey: 'platform.bulk.state.running',
  mode,
  sliceSize: 10,
  params: z.object({ word: z.string() }),
  item: z.object({ n: z.number() }),
  backHref: () => '/me',
  handle: async (items, { actId }) => {
    for (const { data } of items) {
      await each(data.n, actId);
      await audit({ action: 'tests.item', subject: { kind: 'item', id: `${actId}-${data.n}` } });
    }
  },
});

const begin = (kind: BulkKind<{ word: string }, Data>, count: number, onceKey?: string) =>
  startBulk(kind, {
    by: BY,
    params: { word: 'hello' },
    items: Array.from({ length: count }, (_, n) => ({ label: `item ${n}`, data: { n } })),
    ...(onceKey === undefined ? {} : { onceKey }),
  });

const LAST: JobRun = { jobId: 'test', attempt: 8, last: true };
const FIRST: JobRun = { ...LAST, attempt: 1, last: false };

/** One job of the act, as the worker runs it. */
const turn = (kind: BulkKind<{ word: string }, Data>, actId: string, run = FIRST) => {
  const [job] = createBulk([kind as BulkKind]).jobs;
  return runInContext({ requestId: 'r', jobId: 'test' }, () => job?.handle({ actId }, run));
};

const doneOf = async (actId: string) =>
  (await AuditLog.find({ action: 'tests.item', 'subject.id': new RegExp(`^${actId}-`) }).lean())
    .map(({ subject }) => Number(subject.id.split('-')[1]))
    .sort((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

afterEach(() => setClock());

describe('slice by slice', () => {
  test('every item is done once, however often the job runs', async () => {
    const kind = kindOf('each');
    const { actId } = await begin(kind, 37);
    await Promise.all([turn(kind, actId), turn(kind, actId), turn(kind, actId)]);
    await turn(kind, actId);
    expect(await findAct(actId)).toMatchObject({
      state: 'finished',
      total: 37,
      done: 37,
      failed: 0,
    });
    expect(await doneOf(actId)).toEqual(upTo(37));
    const row = await AuditLog.findOne({ action: 'tests.item' }).lean();
    expect(row?.userId).toBe(BY);
  });

  test('what cannot be done is told, and the others go on', async () => {
    const kind = kindOf('each', (n) => {
      if (n % 15 === 3) throw new Conflict('no', 'platform.form.invalid');
    });
    const { actId } = await begin(kind, 40);
    await turn(kind, actId);
    const act = await findAct(actId);
    expect(act).toMatchObject({ state: 'finished', done: 40, failed: 3 });
    expect(act?.faults.map(({ number, label }) => [number, label])).toEqual([
      [4, 'item 3'],
      [19, 'item 18'],
      [34, 'item 33'],
    ]);
    expect(await doneOf(actId)).toEqual(upTo(40).filter((n) => n % 15 !== 3));
  });

  test('a worker that dies in the middle leaves whole slices, and the next one goes on', async () => {
    let dies = true;
    const kind = kindOf('each', (n) => {
      if (dies && n === 25) throw new Error('the power went');
    });
    const { actId } = await begin(kind, 40);
    await expect(turn(kind, actId)).rejects.toThrow('the power went');
    expect(await doneOf(actId)).toEqual(upTo(20));
    expect(await findAct(actId)).toMatchObject({ state: 'running', done: 20 });
    dies = false;
    await turn(kind, actId);
    expect(await doneOf(actId)).toEqual(upTo(40));
  });

  test('after the last try it says so, and can be gone on with', async () => {
    let broken = true;
    const kind = kindOf('each', () => {
      if (broken) throw new Error('the database is away');
    });
    const { actId } = await begin(kind, 5);
    await expect(turn(kind, actId, LAST)).rejects.toThrow();
    expect(await findAct(actId)).toMatchObject({ state: 'failed', done: 0 });
    expect((await findAct(actId))?.faults).toHaveLength(1);
    broken = false;
    await resumeAct(actId);
    await turn(kind, actId);
    expect(await findAct(actId)).toMatchObject({ state: 'finished', done: 5, faults: [] });
  });

  test('it is stopped between slices and resumed', async () => {
    let stops = true;
    const kind = kindOf('each', async (n, actId) => {
      if (stops && n === 15) await outside(() => stopAct(actId));
    });
    const { actId } = await begin(kind, 40);
    await turn(kind, actId);
    expect(await findAct(actId)).toMatchObject({ state: 'stopped', done: 10 });
    expect(await doneOf(actId)).toEqual(upTo(10));
    stops = false;
    await resumeAct(actId);
    await turn(kind, actId);
    expect(await findAct(actId)).toMatchObject({ state: 'finished', done: 40 });
    expect(await doneOf(actId)).toEqual(upTo(40));
    // Over is over.
    await stopAct(actId);
    await resumeAct(actId);
    expect(await findAct(actId)).toMatchObject({ state: 'finished' });
  });
});

describe('all or nothing', () => {
  test('done whole, once', async () => {
    const kind = kindOf('all');
    const { actId } = await begin(kind, 35);
    await turn(kind, actId);
    await turn(kind, actId);
    expect(await findAct(actId)).toMatchObject({ state: 'finished', done: 35 });
    expect(await doneOf(actId)).toEqual(upTo(35));
  });

  test('one that cannot be done leaves nothing of the others', async () => {
    const kind = kindOf('all', (n) => {
      if (n === 29) throw new Conflict('no', 'platform.form.invalid');
    });
    const { actId } = await begin(kind, 35);
    await turn(kind, actId);
    expect(await doneOf(actId)).toEqual([]);
    expect(await findAct(actId)).toMatchObject({ state: 'failed', done: 0 });
  });

  test('a worker that dies leaves nothing; how far it is can be seen meanwhile', async () => {
    let dies = true;
    const seen: number[] = [];
    const kind = kindOf('all', async (n, actId) => {
      if (n % 10 === 5) {
        seen.push((await outside(() => findAct(actId)))?.done ?? -1);
      }
      if (dies && n === 25) throw new Error('the power went');
    });
    const { actId } = await begin(kind, 30);
    await expect(turn(kind, actId)).rejects.toThrow('the power went');
    expect(await doneOf(actId)).toEqual([]);
    dies = false;
    await turn(kind, actId);
    expect(await doneOf(actId)).toEqual(upTo(30));
    expect(seen).toEqual([0, 10, 20, 0, 10, 20]);
  });

  test('stopped in the middle nothing is done', async () => {
    let stop = true;
    const kind = kindOf('all', async (n, actId) => {
      if (stop && n === 12) await outside(() => stopAct(actId));
    });
    const { actId } = await begin(kind, 30);
    await turn(kind, actId);
    expect(await findAct(actId)).toMatchObject({ state: 'stopped', done: 0 });
    expect(await doneOf(actId)).toEqual([]);
    stop = false;
    await resumeAct(actId);
    await turn(kind, actId);
    expect(await doneOf(actId)).toEqual(upTo(30));
  });
});

test('two tabs begin it once', async () => {
  const kind = kindOf('each');
  const begun = await Promise.all([1, 2, 3, 4].map(() => begin(kind, 12, `once-${kind.kind}`)));
  expect(new Set(begun.map(({ actId }) => actId)).size).toBe(1);
  const { total } = await listActs([kind.kind], { kind: 'all' }, { skip: 0, limit: 10 });
  expect(total).toBe(1);
  expect(new Set(begun.map(({ actId }) => actHref(actId))).size).toBe(1);
});

test('an act that the queue has forgotten is sent again', async () => {
  const kind = kindOf('each');
  const { actId } = await begin(kind, 3);
  const room = createBulk([kind as BulkKind]);
  const relay = new Relay(room.subscriptions, {
    addAll: async (jobs) => {
      const own = jobs.filter(({ payload }) => (payload as { actId: string }).actId === actId);
      for (const _job of own) await turn(kind, actId);
    },
  });
  // The queue took it and was lost before it ran.
  await new Relay(room.subscriptions, { addAll: async () => {} }).relayOnce();
  await relay.relayOnce();
  expect(await findAct(actId)).toMatchObject({ state: 'waiting' });
  setClock(() => new Date(Date.now() + DAY));
  expect(await wakeForgottenActs()).toBeGreaterThan(0);
  await relay.relayOnce();
  expect(await findAct(actId)).toMatchObject({ state: 'finished', done: 3 });
  expect(await wakeForgottenActs()).toBe(0);
});

describe('an act that finds its items when it begins', () => {
  const gathering = (
    kind: BulkKind<{ word: string }, Data>,
    found: () => AsyncIterable<number[]>,
  ) => ({
    ...kind,
    gather: async function* () {
      for await (const numbers of found()) {
        yield numbers.map((n) => ({ label: `item ${n}`, data: { n } }));
      }
    },
  });
  const expecting = (kind: BulkKind<{ word: string }, Data>, expected: number) =>
    startBulk(kind, { by: BY, params: { word: 'hello' }, items: { expected } });

  test('does each once: killed while it was finding them, and with three workers at it', async () => {
    let dies = true;
    const kind = gathering(kindOf('each'), async function* () {
      yield upTo(15);
      if (dies) throw new Error('the power went');
      yield upTo(23).slice(15);
    });
    const { actId } = await expecting(kind, 30);
    expect(await findAct(actId)).toMatchObject({ state: 'waiting', total: 30, done: 0 });
    await expect(turn(kind, actId)).rejects.toThrow('the power went');
    expect(await doneOf(actId)).toEqual([]);
    dies = false;
    await Promise.all([turn(kind, actId), turn(kind, actId), turn(kind, actId)]);
    await turn(kind, actId);
    expect(await findAct(actId)).toMatchObject({ state: 'finished', total: 23, done: 23 });
    expect(await doneOf(actId)).toEqual(upTo(23));
  });

  test('is stopped while it finds them, goes on from the beginning, and may find none', async () => {
    let found = 0;
    const kind = gathering(kindOf('each'), async function* () {
      found += 1;
      yield upTo(5);
      if (found === 1) await stopAct(actId);
      yield [5, 6];
    });
    const { actId } = await expecting(kind, 7);
    await turn(kind, actId);
    expect(await findAct(actId)).toMatchObject({ state: 'stopped', done: 0 });
    expect(await doneOf(actId)).toEqual([]);
    await resumeAct(actId);
    await turn(kind, actId);
    expect(await doneOf(actId)).toEqual(upTo(7));
    const none = gathering(kindOf('each'), async function* () {});
    const { actId: empty } = await expecting(none, 4);
    await turn(none, empty);
    expect(await findAct(empty)).toMatchObject({ state: 'finished', total: 0, done: 0 });
  });

  test('ends with the reason when they cannot be found', async () => {
    const kind = gathering(kindOf('each'), async function* () {
      yield [1];
      throw new Conflict('no', 'platform.form.invalid');
    });
    const { actId } = await expecting(kind, 1);
    await turn(kind, actId);
    expect(await findAct(actId)).toMatchObject({
      state: 'failed',
      faults: [{ number: 0, messageKey: 'platform.form.invalid' }],
    });
  });
});
