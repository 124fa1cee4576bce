import { audit } from '../../../platform/audit';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { findPublishedVersion, type PublishedVersion } from '../../catalogue';
import { findOrganisation, pathsOf } from '../../organisations';
import { enrolmentCreated } from '../events';
import { Enrolment, type EnrolmentCodeRow, type EnrolmentRow } from '../model';
import { takeUse } from './enrolment-codes';
import { settle } from './settle';

/** `created` the first time, `reopened` after leaving, `existing` when nothing had to be done. */
export interface Enrolled {
  readonly enrolmentId: string;
  readonly courseSlug: string;
  readonly outcome: 'created' | 'reopened' | 'existing';
}

type Entry = Pick<EnrolmentCodeRow, '_id' | 'code' | 'organisationId' | 'maxUses'> | null;

/** How someone comes into a course. */
export interface Way extends Pick<EnrolmentRow, 'via' | 'code' | 'enrolledBy'> {
  readonly organisationId: string | null;
  /** Left away: as it was. */
  readonly dueOn?: EnrolmentRow['dueOn'];
}

const wayOf = (entry: Entry): Way => ({
  via: entry ? 'code' : 'self',
  code: entry?.code ?? null,
  enrolledBy: null,
  organisationId: entry?.organisationId ?? null,
});

export const enrolled = (row: EnrolmentRow, outcome: Enrolled['outcome']): Enrolled => ({
  enrolmentId: row._id.toHexString(),
  courseSlug: row.courseSlug,
  outcome,
});

const findLatest = (userId: string, courseSlug: string): Promise<EnrolmentRow | null> =>
  Enrolment.findOne({ userId, courseSlug }).sort({ enrolledAt: -1 }).lean<EnrolmentRow>();

/** An enrolment that is over, or was only offered, begins again when the person enrols. */
export const canReopen = ({ status }: EnrolmentRow): boolean =>
  status === 'withdrawn' || status === 'expired' || status === 'invited';

const wasOpened = (row: EnrolmentRow): boolean =>
  row.lastActivityId !== null || row.done.length > 0;

async function belonging(userId: string, way: Way) {
  const host = way.organisationId ? await findOrganisation(way.organisationId) : null;
  const own = await pathsOf(userId);
  return {
    ...way,
    organisationId: host?.id ?? null,
    organisationPath: [...new Set([...(host?.path ?? []), ...own.flat()])],
  };
}

async function create(
  userId: string,
  version: PublishedVersion,
  entry: Entry,
  round = 1,
): Promise<Enrolled> {
  const time = now();
  const row = await Enrolment.create({
    userId,
    courseSlug: version.courseSlug,
    versionId: version.id,
    ...(await belonging(userId, wayOf(entry))),
    round,
    status: 'active',
    enrolledAt: time,
    lastSeenAt: time,
    done: [],
    revision: 0,
  });
  const { id: enrolmentId } = row;
  await audit({
    action: 'learning.enrol',
    subject: { kind: 'enrolment', id: enrolmentId },
    after: { userId, courseSlug: version.courseSlug, versionId: version.id, code: entry?.code },
  });
  await publish(enrolmentCreated, { enrolmentId });
  return enrolled(row.toObject(), 'created');
}

/**
 * Keeps everything that was done. The version stays as well, unless nothing of it was ever opened:
 * then there is nothing to protect, and the newest is better.
 */
export async function reopen(
  row: EnrolmentRow,
  version: PublishedVersion,
  way: Way,
): Promise<Enrolled> {
  const versionId = wasOpened(row) ? row.versionId : version.id;
  const changed = {
    ...(await belonging(row.userId, way)),
    versionId,
    status: 'active' as const,
    withdrawnAt: null,
    lastSeenAt: now(),
  };
  await Enrolment.updateOne(
    { _id: row._id, status: row.status },
    { $set: changed, $inc: { revision: 1 } },
  );
  await audit({
    action: 'learning.enrol-again',
    subject: { kind: 'enrolment', id: row._id.toHexString() },
    before: { status: row.status, versionId: row.versionId },
    after: { status: 'active', versionId, code: way.code, dueOn: way.dueOn },
  });
  // An attempt may have been marked in the meantime.
  await settle({ ...row, ...changed }, row.done);
  return enrolled(row, 'reopened');
}

/** Enrols in the published version of a course. Used by oneself, and with the code of an organisation. */
export async function openEnrolment(
  userId: string,
  courseSlug: string,
  entry: Entry,
): Promise<Enrolled> {
  const version = await findPublishedVersion(courseSlug);
  if (!version) throw new NotFound();
  try {
    return await inTransaction(async () => {
      const row = await findLatest(userId, courseSlug);
      if (row && !canReopen(row)) return enrolled(row, 'existing');
      if (entry) await takeUse(entry);
      return row ? reopen(row, version, wayOf(entry)) : create(userId, version, entry);
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const winner = await findLatest(userId, courseSlug);
    if (!winner) throw new Conflict('enrolment-changed', 'learning.error.changed');
    return enrolled(winner, 'existing');
  }
}

/**
 * Enrols a person in a course, once however often it is called.
 * @throws NotFound when there is no such published course
 */
export const enrol = (request: { userId: string; courseSlug: string }): Promise<Enrolled> =>
  openEnrolment(request.userId, request.courseSlug, null);

/**
 * Begins a course that the person has completed once more, in its version of today, such as for a
 * certificate that ends soon: the completed enrolment stays as it is, and the new one stands beside
 * it. Once however often it is called.
 * @throws NotFound when it is not theirs, is not completed, or the course is offered no more
 */
export async function enrolAgain(request: {
  userId: string;
  enrolmentId: string;
}): Promise<Enrolled> {
  const before = await Enrolment.findOne({
    _id: request.enrolmentId,
    userId: request.userId,
    status: 'completed',
  }).lean<EnrolmentRow>();
  const version = before && (await findPublishedVersion(before.courseSlug));
  if (!before || !version) throw new NotFound();
  const { userId, courseSlug } = before;
  try {
    return await inTransaction(async () => {
      const latest = await findLatest(userId, courseSlug);
      if (!latest) throw new NotFound();
      if (latest._id.equals(before._id)) {
        return create(userId, version, null, (before.round ?? 1) + 1);
      }
      return canReopen(latest)
        ? reopen(latest, version, wayOf(null))
        : enrolled(latest, 'existing');
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const winner = await findLatest(userId, courseSlug);
    if (!winner) throw error;
    return enrolled(winner, 'existing');
  }
}
