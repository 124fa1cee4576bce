import { isValidObjectId, Types } from 'mongoose';
import { type Scope, withinScope } from '../../platform/authz';
import { readerTogether } from '../../platform/db';
import { Enrolment, type EnrolmentRow, type EnrolmentStatus } from './model';

/** An enrolment as other rooms see it. */
export interface EnrolmentSummary {
  readonly enrolmentId: string;
  readonly userId: string;
  readonly courseSlug: string;
  readonly versionId: string;
  readonly status: EnrolmentStatus;
  /** The organisation whose code or staff brought the person here; null for someone who came alone. */
  readonly organisationId: string | null;
  /** Ids of the organisations in whose scope it lies. */
  readonly organisationPath: readonly string[];
  readonly enrolledAt: Date;
  readonly completedAt: Date | null;
  /** YYYY-MM-DD in the time zone of the organisation; null: none. */
  readonly dueOn: string | null;
}

export const summaryOf = (row: EnrolmentRow): EnrolmentSummary => ({
  enrolmentId: row._id.toHexString(),
  userId: row.userId,
  courseSlug: row.courseSlug,
  versionId: row.versionId,
  status: row.status,
  organisationId: row.organisationId,
  organisationPath: row.organisationPath,
  enrolledAt: row.enrolledAt,
  completedAt: row.completedAt,
  dueOn: row.dueOn ?? null,
});

export async function findEnrolment(enrolmentId: string): Promise<EnrolmentSummary | null> {
  if (!isValidObjectId(enrolmentId)) return null;
  const row = await Enrolment.findById(enrolmentId).lean<EnrolmentRow>();
  return row && summaryOf(row);
}

/** The person's latest enrolment in a course, whatever its status. */
export async function findEnrolmentIn(
  userId: string,
  courseSlug: string,
): Promise<EnrolmentSummary | null> {
  const row = await Enrolment.findOne({ userId, courseSlug })
    .sort({ enrolledAt: -1 })
    .lean<EnrolmentRow>();
  return row && summaryOf(row);
}

/** Those of these people who have an enrolment inside the scope. */
export async function enrolledWithin(
  scope: Scope,
  userIds: readonly string[],
): Promise<Set<string>> {
  const rows = await Enrolment.find(
    { userId: { $in: userIds }, ...withinScope(scope) },
    { userId: 1 },
  ).lean();
  return new Set(rows.map(({ userId }) => userId));
}

/** How many enrolments lie inside the scope, whatever their status. */
export const countWithin = (scope: Scope): Promise<number> =>
  Enrolment.countDocuments(withinScope(scope));

/** What these people are enrolled in now, or have completed, of these courses. */
export async function openEnrolmentsOf(
  userIds: readonly string[],
  courseSlugs: readonly string[],
): Promise<EnrolmentSummary[]> {
  const rows = await Enrolment.find({
    userId: { $in: userIds },
    courseSlug: { $in: courseSlugs },
    status: { $in: ['waiting', 'active', 'completed'] },
  }).lean<EnrolmentRow[]>();
  return rows.map(summaryOf);
}

/** Enrolments inside a scope by their ids, 500 at most; those outside are left away. */
export async function enrolmentsWithin(
  scope: Scope,
  enrolmentIds: readonly string[],
): Promise<EnrolmentSummary[]> {
  const ids = enrolmentIds.filter((id) => isValidObjectId(id)).slice(0, 500);
  const rows = await Enrolment.find({ _id: { $in: ids }, ...withinScope(scope) }).lean<
    EnrolmentRow[]
  >();
  return rows.map(summaryOf);
}

const RECENT = 50;

/** The person's completed enrolments, the latest first, at most fifty. */
export async function listCompleted(userId: string): Promise<EnrolmentSummary[]> {
  const rows = await Enrolment.find({ userId, status: 'completed' })
    .sort({ completedAt: -1 })
    .limit(RECENT)
    .lean<EnrolmentRow[]>();
  return rows.map(summaryOf);
}

/**
 * Every completed enrolment of the site that was completed before `until`, in a fixed order, a page
 * at a time: go on with the last id of the page before.
 */
export async function completedBefore(
  until: Date,
  afterId: string | null,
  limit: number,
): Promise<EnrolmentSummary[]> {
  const rows = await Enrolment.find({
    status: 'completed',
    completedAt: { $lt: until },
    ...(afterId === null ? {} : { _id: { $gt: new Types.ObjectId(afterId) } }),
  })
    .sort({ _id: 1 })
    .limit(limit)
    .lean<EnrolmentRow[]>();
  return rows.map(summaryOf);
}

const readEnrolment = readerTogether<EnrolmentRow>(Enrolment, (id) => new Types.ObjectId(id));

/** One's own enrolment, whole: for the pages of this room. */
export async function findOwn(userId: string, enrolmentId: string): Promise<EnrolmentRow | null> {
  const row = await readEnrolment(enrolmentId);
  return row?.userId === userId ? row : null;
}

const MOST_COURSES = 200;

/** The courses in which the person is or was, by their slugs. */
export async function coursesTaken(userId: string): Promise<ReadonlySet<string>> {
  const rows = await Enrolment.find({ userId }, { courseSlug: 1 }).limit(MOST_COURSES).lean();
  return new Set(rows.map(({ courseSlug }) => courseSlug));
}

export interface EnrolmentPage {
  readonly rows: readonly EnrolmentRow[];
  readonly page: number;
  readonly pages: number;
}

/** A page of one's enrolments with a status; those touched last come first. */
export async function listOwn(
  userId: string,
  status: 'active' | 'completed',
  page: number,
  size: number,
): Promise<EnrolmentPage> {
  const filter = { userId, status };
  const rows = await Enrolment.find(filter)
    .sort(status === 'active' ? { lastSeenAt: -1, _id: -1 } : { completedAt: -1, _id: -1 })
    .skip((page - 1) * size)
    .limit(size)
    .lean<EnrolmentRow[]>();
  // Nearly everyone's fit on the first page: then they are counted already.
  const isAll = page === 1 && rows.length < size;
  const total = isAll ? rows.length : await Enrolment.countDocuments(filter);
  return { rows, page, pages: Math.max(1, Math.ceil(total / size)) };
}
