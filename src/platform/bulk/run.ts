import { now } from '../../shared/clock';
import { audit } from '../audit';
import { extendContext } from '../context';
import { inTransaction, isDuplicateKey, outOfTransaction } from '../db';
import { AppError } from '../errors';
import { publish } from '../outbox';
import { gatherItems } from './gather';
import type { BulkContext, BulkItem, BulkKind } from './kind';
import {
  Act,
  type ActFault,
  ActItem,
  type ActItemRow,
  ActProgress,
  type ActRow,
  FAULTS_KEPT,
} from './model';
import { actDue, subjectOf } from './start';

const SLICE = 100;
/** After this long the next act has its turn. */
const TURN_MS = 10_000;

/** Something in the way of an item that trying again does not mend. */
const isFinal = (error: unknown): error is AppError => error instanceof AppError;

/**
 * Works at an act for a turn. What is through stays through, whatever dies: the place where it goes
 * on is written in the transaction of the items themselves.
 * @throws what a handler throws that is no AppError: to be run again
 */
export async function runAct(kind: BulkKind, actId: string): Promise<void> {
  const act = await begin(kind, actId);
  if (!act) return;
  extendContext({ userId: act.by });
  const context = { actId, by: act.by, params: kind.params.parse(act.params) };
  if (!(await hasItems(kind, act, context))) return;
  if (kind.mode === 'all') {
    await runWhole(kind, context);
    return;
  }
  const started = performance.now();
  while (performance.now() - started < TURN_MS) {
    if ((await runSlice(kind, context)) === 'over') return;
  }
  await inTransaction(async () => {
    const row = await Act.findOneAndUpdate(
      { _id: actId, state: 'running' },
      { $inc: { turn: 1 } },
      { returnDocument: 'after' },
    ).lean<ActRow>();
    if (row) await publish(actDue, { actId, turn: row.turn });
  });
}

/** True once the items are there: given, or found now. */
async function hasItems(kind: BulkKind, act: ActRow, context: BulkContext): Promise<boolean> {
  if (act.gathered !== false) return true;
  try {
    return await gatherItems(kind, act, context);
  } catch (error) {
    if (!isFinal(error)) throw error;
    await failBy(context.actId, error);
    return false;
  }
}

/** Says that it goes on. @returns null when there is nothing to do */
async function begin(kind: BulkKind, actId: string): Promise<ActRow | null> {
  const time = now();
  await Act.updateOne({ _id: actId, startedAt: null }, { $set: { startedAt: time } });
  return Act.findOneAndUpdate(
    { _id: actId, kind: kind.kind, state: { $in: ['waiting', 'running'] } },
    { $set: { state: 'running', touchedAt: time } },
    { returnDocument: 'after' },
  ).lean<ActRow>();
}

async function itemsFrom(kind: BulkKind, act: ActRow, from: number, most: number) {
  const rows = await ActItem.find({ actId: act._id, number: { $gt: from, $lte: from + most } })
    .sort({ number: 1 })
    .lean<ActItemRow[]>();
  if (rows.length !== Math.min(most, act.total - from)) {
    throw new AppError('items-gone', 'platform.bulk.itemsGone');
  }
  return rows.map(
    ({ number, label, data }): BulkItem => ({ number, label, data: kind.item.parse(data) }),
  );
}

/** Counts items as through, in their transaction; ends the act with the last one. */
async function advance(act: ActRow, count: number, fault: ActFault | null): Promise<void> {
  const done = act.done + count;
  const failed = act.failed + (fault ? count : 0);
  const over = done >= act.total;
  await Act.updateOne(
    { _id: act._id, done: act.done },
    {
      $set: {
        done,
        failed,
        touchedAt: now(),
        ...(over ? { state: 'finished' as const, finishedAt: now() } : {}),
      },
      ...(fault ? { $push: { faults: { $each: [fault], $slice: FAULTS_KEPT } } } : {}),
    },
  );
  if (over) await auditEnd(act, { done, failed });
}

const auditEnd = (act: ActRow, after: object): Promise<void> =>
  audit({
    action: 'bulk.finish',
    subject: subjectOf(act._id.toHexString()),
    after: { kind: act.kind, ...after },
  });

type Step = 'more' | 'over';

/** One step of at most `most` items, in a transaction. */
const step = (kind: BulkKind, context: BulkContext, most: number): Promise<Step> =>
  inTransaction(async () => {
    const act = await Act.findById(context.actId).lean<ActRow>();
    if (act?.state !== 'running' || act.gathered === false) return 'over';
    if (act.done >= act.total) {
      await advance(act, 0, null);
      return 'over';
    }
    const items = await itemsFrom(kind, act, act.done, most);
    await kind.handle(items, context);
    await advance(act, items.length, null);
    return act.done + items.length >= act.total ? 'over' : 'more';
  });

async function runSlice(kind: BulkKind, context: BulkContext): Promise<Step> {
  const size = kind.sliceSize ?? SLICE;
  try {
    return await step(kind, context, size);
  } catch (error) {
    if (!isFinal(error) && !isDuplicateKey(error)) throw error;
  }
  for (let count = 0; count < size; count += 1) {
    if ((await runOne(kind, context)) === 'over') return 'over';
  }
  return 'more';
}

async function runOne(kind: BulkKind, context: BulkContext): Promise<Step> {
  try {
    return await step(kind, context, 1);
  } catch (error) {
    if (!isFinal(error)) throw error;
    const { messageKey, values } = error;
    return inTransaction(async () => {
      const act = await Act.findById(context.actId).lean<ActRow>();
      if (act?.state !== 'running') return 'over';
      const item = await ActItem.findOne({ actId: act._id, number: act.done + 1 }).lean();
      const number = act.done + 1;
      await advance(act, 1, { number, label: item?.label ?? '', messageKey, values });
      return act.done + 1 >= act.total ? 'over' : 'more';
    });
  }
}

/** Everything in one transaction. How far it is stands beside it, for those who watch. */
async function runWhole(kind: BulkKind, context: BulkContext): Promise<void> {
  const size = kind.sliceSize ?? SLICE;
  const { actId } = context;
  try {
    await inTransaction(async () => {
      const act = await Act.findById(actId).lean<ActRow>();
      if (act?.state !== 'running') return;
      for (let from = 0; from < act.total; from += size) {
        const items = await itemsFrom(kind, act, from, size);
        await kind.handle(items, context);
        if (!(await tellProgress(actId, from + items.length))) throw new Stopped();
      }
      await advance(act, act.total, null);
    });
  } catch (error) {
    if (error instanceof Stopped) return;
    if (!isFinal(error)) throw error;
    await failBy(actId, error);
  } finally {
    await ActProgress.deleteOne({ _id: actId });
  }
}

class Stopped extends Error {}

/** Outside of the transaction, so that others see it. @returns false when it was stopped meanwhile */
async function tellProgress(actId: string, done: number): Promise<boolean> {
  return outOfTransaction(async () => {
    await ActProgress.updateOne({ _id: actId }, { $set: { done } }, { upsert: true });
    const act = await Act.findById(actId, { state: 1 }).lean();
    return act?.state === 'running';
  });
}

const failBy = (actId: string, { messageKey, values }: AppError): Promise<void> =>
  fail(actId, { number: 0, label: '', messageKey, values });

/** Ends an act that cannot go on; whoever began it may try again. */
export async function fail(actId: string, fault: ActFault): Promise<void> {
  await inTransaction(async () => {
    const act = await Act.findOneAndUpdate(
      { _id: actId, state: { $in: ['waiting', 'running'] } },
      {
        $set: { state: 'failed', finishedAt: now(), touchedAt: now() },
        $push: { faults: { $each: [fault], $slice: FAULTS_KEPT } },
      },
    ).lean<ActRow>();
    if (act) await auditEnd(act, { failed: fault.messageKey });
  });
}
