import { audit } from '../../../platform/audit';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { findVersion, type PublishedVersion } from '../../catalogue';
import { enrolmentActive, enrolmentCompleted } from '../events';
import { Enrolment, type EnrolmentRow } from '../model';
import { type Progress, progressOf } from '../progress';
import type { ActivityRecord } from '../rule';

/** The version of an enrolment. It is kept for as long as there are enrolments, so it is always there. */
export async function versionOf(
  row: Pick<EnrolmentRow, '_id' | 'versionId'>,
): Promise<PublishedVersion> {
  const version = await findVersion(row.versionId);
  if (!version) throw new Error(`Enrolment ${row._id} has no version ${row.versionId}`);
  return version;
}

export interface Settled {
  readonly progress: Progress;
  /** True for the one call that completed the enrolment. */
  readonly completedNow: boolean;
}

/**
 * Writes what has been done and, when that meets the rule of the version, completes the enrolment:
 * status, audit and event together. Inside a transaction only.
 */
export async function settle(row: EnrolmentRow, done: ActivityRecord[]): Promise<Settled> {
  const enrolmentId = row._id.toHexString();
  const progress = progressOf(await versionOf(row), done);
  const completes = row.status === 'active' && progress.met;
  if (!completes) {
    await Enrolment.updateOne({ _id: row._id }, { $set: { done } });
    await publish(enrolmentActive, { enrolmentId });
    return { progress, completedNow: false };
  }
  const completedAt = now();
  const { mark } = progress;
  const { modifiedCount } = await Enrolment.updateOne(
    { _id: row._id, status: 'active' },
    { $set: { done, status: 'completed', completedAt, mark } },
  );
  if (modifiedCount === 0) return { progress, completedNow: false };
  await audit({
    action: 'learning.complete',
    subject: { kind: 'enrolment', id: enrolmentId },
    before: { status: 'active' },
    after: { status: 'completed', mark },
  });
  await publish(enrolmentCompleted, { enrolmentId });
  return { progress, completedNow: true };
}
