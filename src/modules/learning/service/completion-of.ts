import type { PublishedVersion } from '../../catalogue';
import { Enrolment, type EnrolmentRow, Fact, type FactRow } from '../model';
import { foldFacts, progressOf } from '../progress';
import { type EnrolmentSummary, summaryOf } from '../queries';
import { versionOf } from './settle';

export interface Completion {
  readonly enrolment: EnrolmentSummary;
  readonly version: PublishedVersion;
  /** The rule of the version is met by the facts, counted anew. */
  readonly met: boolean;
  /** Mean of the quiz marks at the moment of completion, in per cent. */
  readonly mark: number | null;
  readonly completedAt: Date | null;
}

/** Whether an enrolment is complete, from its facts and not from what was noted about them. */
export async function completionOf(enrolmentId: string): Promise<Completion | null> {
  return (await completionsOf([enrolmentId])).get(enrolmentId) ?? null;
}

const MOST = 500;
/** Facts in one answer of the database, which else parts them after a hundred. */
export const FACTS_AT_ONCE = 2_000;

/** The same of several, by the id of the enrolment: those that exist; at most 500 ids at a time. */
export async function completionsOf(
  enrolmentIds: readonly string[],
): Promise<Map<string, Completion>> {
  if (enrolmentIds.length > MOST) throw new Error(`${enrolmentIds.length} are too many at once`);
  const rows = await Enrolment.find({ _id: { $in: enrolmentIds } }).lean<EnrolmentRow[]>();
  const facts = new Map<string, FactRow[]>(rows.map(({ _id }) => [_id.toHexString(), []]));
  const found = await Fact.find({ enrolmentId: { $in: rows.map(({ _id }) => _id) } })
    .batchSize(FACTS_AT_ONCE)
    .lean<FactRow[]>();
  for (const fact of found) facts.get(fact.enrolmentId.toHexString())?.push(fact);
  const completions = new Map<string, Completion>();
  for (const row of rows) {
    const enrolment = summaryOf(row);
    const version = await versionOf(row);
    completions.set(enrolment.enrolmentId, {
      enrolment,
      version,
      met: progressOf(version, foldFacts(facts.get(enrolment.enrolmentId) ?? [])).met,
      mark: row.mark,
      completedAt: row.completedAt,
    });
  }
  return completions;
}
