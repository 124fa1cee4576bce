import { isValidObjectId } from 'mongoose';
import { now } from '../../shared/clock';
import { audit } from '../audit';
import { type Scope, withinScope } from '../authz';
import { inTransaction } from '../db';
import { NotFound } from '../errors';
import { publish } from '../outbox';
import { Act, type ActFault, ActItem, ActProgress, type ActRow, type ActState } from './model';
import { actDue, subjectOf } from './start';

/** An act as others see it. */
export interface BulkAct {
  readonly actId: string;
  readonly kind: string;
  readonly by: string;
  readonly organisationPath: readonly string[];
  readonly params: unknown;
  readonly total: number;
  /** Items that are through, those that failed included. */
  readonly done: number;
  readonly failed: number;
  readonly state: ActState;
  /** The first thousand. */
  readonly faults: readonly ActFault[];
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

const toAct = (row: ActRow, done = row.done): BulkAct => ({
  actId: row._id.toHexString(),
  kind: row.kind,
  by: row.by,
  organisationPath: row.organisationPath,
  params: row.params,
  total: row.total,
  done,
  failed: row.failed,
  state: row.state,
  faults: row.faults ?? [],
  createdAt: row.createdAt,
  finishedAt: row.finishedAt,
});

/** The act, with how far it is; null when there is none. Who may see it is the caller's to decide. */
export async function findAct(actId: string): Promise<BulkAct | null> {
  if (!isValidObjectId(actId)) return null;
  const row = await Act.findById(actId).lean<ActRow>();
  if (!row) return null;
  const beside = row.state === 'running' ? await ActProgress.findById(actId).lean() : null;
  return toAct(row, beside?.done ?? row.done);
}

/** The acts of some kinds inside a scope, the latest first: a page of them, without their faults. */
export async function listActs(
  kinds: readonly string[],
  scope: Scope,
  page: { skip: number; limit: number },
): Promise<{ acts: BulkAct[]; total: number }> {
  const filter = { kind: { $in: kinds }, ...withinScope(scope) };
  const rows = await Act.find(filter, { faults: 0 })
    .sort({ createdAt: -1, _id: -1 })
    .skip(page.skip)
    .limit(page.limit)
    .lean<ActRow[]>();
  return { acts: rows.map((row) => toAct(row)), total: await Act.countDocuments(filter) };
}

/** Stops an act after the items at hand; nothing happens to one that is over. @throws NotFound */
export const stopAct = (actId: string): Promise<void> =>
  change(actId, 'bulk.stop', ['waiting', 'running'], async () => {
    await Act.updateOne({ _id: actId }, { $set: { state: 'stopped', touchedAt: now() } });
  });

/** Lets an act go on that was stopped or has failed, where it was. @throws NotFound */
export const resumeAct = (actId: string): Promise<void> =>
  change(actId, 'bulk.resume', ['stopped', 'failed'], async (act) => {
    await Act.updateOne(
      { _id: actId },
      {
        $set: { state: 'waiting', finishedAt: null, touchedAt: now() },
        $inc: { turn: 1 },
        // What was in the way of the act itself, not of one of its items.
        $pull: { faults: { number: 0 } },
      },
    );
    await publish(actDue, { actId, turn: act.turn + 1 });
  });

async function change(
  actId: string,
  action: string,
  from: readonly ActState[],
  work: (act: ActRow) => Promise<void>,
): Promise<void> {
  if (!isValidObjectId(actId)) throw new NotFound();
  await inTransaction(async () => {
    const act = await Act.findById(actId).lean<ActRow>();
    if (!act) throw new NotFound();
    if (!from.includes(act.state)) return;
    await work(act);
    await audit({ action, subject: subjectOf(actId), before: { state: act.state } });
  });
}

/** The organisation has another path now: so have the acts on its behalf. */
export async function rehomeActs(organisationId: string, path: readonly string[]): Promise<void> {
  const acts = await Act.find(
    {
      $and: [{ organisationPath: organisationId }, { organisationPath: { $ne: [...path] } }],
    },
    { organisationPath: 1 },
  ).lean();
  // The last one is the organisation itself; the others are above it.
  const own = acts.filter((act) => act.organisationPath.at(-1) === organisationId);
  await Act.updateMany(
    { _id: { $in: own.map(({ _id }) => _id) } },
    { $set: { organisationPath: [...path] } },
  );
}

/** The acts of someone whose account was joined with another are those of the other. */
export async function reassignActs(from: string, to: string): Promise<void> {
  await Act.updateMany({ by: from }, { $set: { by: to } }, { overwriteImmutable: true });
}

/** Takes these names out of what an act tells of its items; the items stay. */
export async function forgetLabels(actId: string, labels: readonly string[]): Promise<void> {
  if (!isValidObjectId(actId)) return;
  await ActItem.updateMany({ actId, label: { $in: labels } }, { $set: { label: '' } });
  const act = await Act.findById(actId, { faults: 1 }).lean();
  for (const [index, { label }] of (act?.faults ?? []).entries()) {
    if (labels.includes(label)) {
      await Act.updateOne(
        { _id: actId, [`faults.${index}.label`]: label },
        { $set: { [`faults.${index}.label`]: String(act?.faults[index]?.number ?? '') } },
      );
    }
  }
}

/** How long nothing may happen before an act counts as forgotten by the queue. */
const FORGOTTEN_MS = 120_000;
const AT_ONCE = 100;

/** Sends acts again that wait or run and of which nothing was heard for two minutes. */
export async function wakeForgottenActs(): Promise<number> {
  const before = new Date(now().getTime() - FORGOTTEN_MS);
  const rows = await Act.find(
    { state: { $in: ['waiting', 'running'] }, touchedAt: { $lte: before } },
    { _id: 1 },
  )
    .limit(AT_ONCE)
    .lean();
  for (const { _id } of rows) {
    await inTransaction(async () => {
      const act = await Act.findOneAndUpdate(
        { _id, state: { $in: ['waiting', 'running'] }, touchedAt: { $lte: before } },
        { $set: { touchedAt: now() }, $inc: { turn: 1 } },
        { returnDocument: 'after' },
      ).lean<ActRow>();
      if (act) await publish(actDue, { actId: _id.toHexString(), turn: act.turn });
    });
  }
  return rows.length;
}
