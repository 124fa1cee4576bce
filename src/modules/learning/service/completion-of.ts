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
  const row = await Enrolment.findById(enrolmentId).lean<EnrolmentRow>();
  if (!row) return null;
  const version = await versionOf(row);
  const facts = await Fact.find({ enrolmentId: row._id }).lean<FactRow[]>();
  return {
    enrolment: summaryOf(row),
    version,
    met: progressOf(version, foldFacts(facts)).met,
    mark: row.mark,
    completedAt: row.completedAt,
  };
}
