import { Types } from 'mongoose';
import { auditAll } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { Conflict } from '../../../platform/errors';
import { publishAll } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { findPublishedVersion, type PublishedVersion } from '../../catalogue';
import { type Day, findOrganisation, pathsOfMany } from '../../organisations';
import { enrolmentCreated } from '../events';
import { Enrolment, type EnrolmentRow } from '../model';
import { setDueDate } from './due-date';
import { canReopen, type Enrolled, enrolled, reopen, type Way } from './enrol';

/** Someone whom staff enrol. That both are theirs to enrol is the caller's to see to. */
export interface StaffEntry {
  readonly userId: string;
  readonly courseSlug: string;
  /** null: none; an enrolment that is there keeps its own. */
  readonly dueOn: Day | null;
  /** On whose behalf. */
  readonly organisationId: string;
}

const keyOf = ({ userId, courseSlug }: Pick<StaffEntry, 'userId' | 'courseSlug'>): string =>
  `${userId} ${courseSlug}`;

async function versionsOf(slugs: ReadonlySet<string>): Promise<Map<string, PublishedVersion>> {
  const versions = new Map<string, PublishedVersion>();
  for (const slug of slugs) {
    const version = await findPublishedVersion(slug);
    if (!version) throw new Conflict('no-course', 'learning.error.noCourse', { slug });
    versions.set(slug, version);
  }
  return versions;
}

async function latestOf(entries: readonly StaffEntry[]): Promise<Map<string, EnrolmentRow>> {
  const rows = await Enrolment.find({
    userId: { $in: entries.map(({ userId }) => userId) },
    courseSlug: { $in: [...new Set(entries.map(({ courseSlug }) => courseSlug))] },
  })
    .sort({ enrolledAt: 1 })
    .lean<EnrolmentRow[]>();
  return new Map(rows.map((row) => [keyOf(row), row]));
}

const wayOf = (entry: StaffEntry, by: string): Way => ({
  via: 'staff',
  code: null,
  enrolledBy: by,
  organisationId: entry.organisationId,
  ...(entry.dueOn === null ? {} : { dueOn: entry.dueOn }),
});

/** Someone who is there already: comes back, or gets the new day. */
async function again(
  row: EnrolmentRow,
  version: PublishedVersion,
  entry: StaffEntry,
  by: string,
): Promise<Enrolled> {
  if (canReopen(row)) return reopen(row, version, wayOf(entry, by));
  if (entry.dueOn !== null && row.status !== 'completed') {
    const enrolmentId = row._id.toHexString();
    await setDueDate({ enrolmentId, dueOn: entry.dueOn, scope: { kind: 'all' } });
  }
  return enrolled(row, 'existing');
}

/**
 * Enrols people by staff, 500 at most, all or none.
 * @returns what became of each, in their order
 * @throws Conflict `no-course`
 */
export const enrolMany = (entries: readonly StaffEntry[], by: string): Promise<Enrolled[]> =>
  inTransaction(async () => {
    const versions = await versionsOf(new Set(entries.map(({ courseSlug }) => courseSlug)));
    const known = await latestOf(entries);
    const fresh = new Map<string, StaffEntry>();
    for (const entry of entries) {
      if (!known.has(keyOf(entry)) && !fresh.has(keyOf(entry))) fresh.set(keyOf(entry), entry);
    }
    const made = await insert([...fresh.values()], versions, by);
    const results: Enrolled[] = [];
    for (const entry of entries) {
      const key = keyOf(entry);
      const row = known.get(key);
      const version = versions.get(entry.courseSlug);
      const own = made.get(key);
      if (row && version) results.push(await again(row, version, entry, by));
      else if (own) results.push(enrolled(own, fresh.get(key) === entry ? 'created' : 'existing'));
    }
    return results;
  });

async function insert(
  entries: readonly StaffEntry[],
  versions: ReadonlyMap<string, PublishedVersion>,
  by: string,
): Promise<Map<string, EnrolmentRow>> {
  if (entries.length === 0) return new Map();
  const time = now();
  const own = await pathsOfMany([...new Set(entries.map(({ userId }) => userId))]);
  const hosts = new Map<string, readonly string[]>();
  for (const id of new Set(entries.map(({ organisationId }) => organisationId))) {
    hosts.set(id, (await findOrganisation(id))?.path ?? []);
  }
  const rows = entries.map(
    (entry): EnrolmentRow => ({
      _id: new Types.ObjectId(),
      userId: entry.userId,
      courseSlug: entry.courseSlug,
      versionId: versions.get(entry.courseSlug)?.id ?? '',
      round: 1,
      ...wayOf(entry, by),
      dueOn: entry.dueOn,
      organisationPath: [
        ...new Set([
          ...(hosts.get(entry.organisationId) ?? []),
          ...(own.get(entry.userId) ?? []).flat(),
        ]),
      ],
      status: 'active',
      enrolledAt: time,
      completedAt: null,
      withdrawnAt: null,
      mark: null,
      language: null,
      lastActivityId: null,
      lastSeenAt: time,
      finishSeenAt: null,
      done: [],
      revision: 0,
    }),
  );
  // Whole rows, so that mongoose need not make a document of each.
  await Enrolment.insertMany(rows, { lean: true });
  await auditAll(
    'learning.enrol',
    rows.map(({ _id, userId, courseSlug, versionId, dueOn, organisationId }) => ({
      subject: { kind: 'enrolment', id: _id.toHexString() },
      after: { userId, courseSlug, versionId, dueOn, organisationId, via: 'staff' },
    })),
  );
  await publishAll(
    enrolmentCreated,
    rows.map(({ _id }) => ({ enrolmentId: _id.toHexString() })),
  );
  return new Map(rows.map((row) => [keyOf(row), row]));
}
