import { isValidObjectId, Types } from 'mongoose';
import { Enrolment, type EnrolmentRow, Fact } from './model';
import { progressOf } from './progress';
import { type EnrolmentSummary, summaryOf } from './queries';
import { FACTS_AT_ONCE } from './service/completion-of';
import { versionOf } from './service/settle';

/** Where an enrolment stands, from its facts: what reports are made of. */
export interface EnrolmentStand extends EnrolmentSummary {
  /** 0 to 100. */
  readonly percent: number;
  /** Mean of the quiz marks in per cent at the moment of completion. */
  readonly mark: number | null;
  /** When each of its facts happened, in no order. */
  readonly activeAt: readonly Date[];
}

const MOST = 500;

/** Those of the enrolments that exist; at most 500 ids at a time. */
export async function standsOf(enrolmentIds: readonly string[]): Promise<EnrolmentStand[]> {
  if (enrolmentIds.length > MOST) throw new Error(`${enrolmentIds.length} are too many at once`);
  const ids = enrolmentIds
    .filter((id) => isValidObjectId(id))
    .map((id) => Types.ObjectId.createFromHexString(id));
  const rows = await Enrolment.find({ _id: { $in: ids } }).lean<EnrolmentRow[]>();
  const facts = await Fact.find({ enrolmentId: { $in: ids } }, { _id: 0, enrolmentId: 1, at: 1 })
    .batchSize(FACTS_AT_ONCE)
    .lean();
  const times = new Map<string, Date[]>();
  for (const { enrolmentId, at } of facts) {
    const id = enrolmentId.toHexString();
    const known = times.get(id);
    if (known) known.push(at);
    else times.set(id, [at]);
  }
  const stands: EnrolmentStand[] = [];
  for (const row of rows) {
    const summary = summaryOf(row);
    stands.push({
      ...summary,
      percent: progressOf(await versionOf(row), row.done).percent,
      mark: row.mark,
      activeAt: times.get(summary.enrolmentId) ?? [],
    });
  }
  return stands;
}

/** Ids of every enrolment of the site in a fixed order, a page at a time. */
export async function enrolmentIdsAfter(afterId: string | null, limit: number): Promise<string[]> {
  const rows = await Enrolment.find(
    afterId === null ? {} : { _id: { $gt: new Types.ObjectId(afterId) } },
    { _id: 1 },
  )
    .sort({ _id: 1 })
    .limit(limit)
    .lean();
  return rows.map(({ _id }) => _id.toHexString());
}

/** Ids of every enrolment of these people; at most 500 people at a time. */
export async function enrolmentIdsOf(userIds: readonly string[]): Promise<string[]> {
  if (userIds.length > MOST) throw new Error(`${userIds.length} people are too many at once`);
  const rows = await Enrolment.find({ userId: { $in: userIds } }, { _id: 1 }).lean();
  return rows.map(({ _id }) => _id.toHexString());
}
