import { Types } from 'mongoose';
import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { Enrolment, type EnrolmentRow, Fact } from '../model';
import { canLearn } from '../policy';
import { type Fact as FactContent, foldFacts, progressOf } from '../progress';
import { findOwn } from '../queries';
import { notePosition } from './position';
import { type Settled, settle, versionOf } from './settle';

/** A fact with what makes it this one: the attempt's id, or `''` for what can be true only once. */
export interface NewFact extends FactContent {
  readonly key: string;
}

/** @returns true when the fact was not known before */
async function append(enrolmentId: Types.ObjectId, fact: NewFact): Promise<boolean> {
  const { activityId, kind, mark, key } = fact;
  const { upsertedCount } = await Fact.updateOne(
    { enrolmentId, activityId, kind, key },
    { $setOnInsert: { mark, at: now() } },
    { upsert: true },
  );
  if (upsertedCount === 0) return false;
  await audit({
    action: `learning.${kind}`,
    subject: { kind: 'enrolment', id: enrolmentId.toHexString() },
    after: { activityId, mark },
  });
  return true;
}

/**
 * Adds facts to an enrolment and completes it when they meet its rule, in one transaction; the same
 * facts again change nothing. Facts of one enrolment are written one after the other, so that the
 * two last ones, sent at once, see each other.
 * @throws NotFound
 */
export const recordFacts = (enrolmentId: string, facts: readonly NewFact[]): Promise<Settled> =>
  inTransaction(async () => {
    const _id = new Types.ObjectId(enrolmentId);
    const row = await Enrolment.findOneAndUpdate(
      { _id },
      { $inc: { revision: 1 } },
    ).lean<EnrolmentRow>();
    if (!row) throw new NotFound();
    let fresh = false;
    for (const fact of facts) fresh = (await append(_id, fact)) || fresh;
    if (fresh) return settle(row, foldFacts(facts, row.done));
    return { progress: progressOf(await versionOf(row), row.done), completedNow: false };
  });

/**
 * A lesson was read to its end, or marked as done.
 * @throws NotFound when the version has no such lesson
 */
export async function recordViewed(row: EnrolmentRow, activityId: string): Promise<Settled> {
  const version = await versionOf(row);
  const activity = version.modules
    .flatMap((module) => module.activities)
    .find(({ id }) => id === activityId);
  if (activity?.kind !== 'lesson') throw new NotFound();
  if (row.done.some((record) => record.activityId === activityId && record.viewed)) {
    return { progress: progressOf(version, row.done), completedNow: false };
  }
  return recordFacts(row._id.toHexString(), [{ activityId, kind: 'viewed', mark: null, key: '' }]);
}

/**
 * The same for someone's own enrolment by its id, who was at the lesson at this moment.
 * @throws NotFound
 */
export async function viewLesson(request: {
  enrolmentId: string;
  userId: string;
  activityId: string;
}): Promise<Settled> {
  const row = await findOwn(request.userId, request.enrolmentId);
  if (!row || !canLearn(row)) throw new NotFound();
  const settled = await recordViewed(row, request.activityId);
  await notePosition(row, request.activityId);
  return settled;
}
