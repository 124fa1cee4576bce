import { isValidObjectId, type Types } from 'mongoose';
import { Course, type CourseRow, CourseVersion, type VersionRow } from './model';
import type { Localised, PublishedVersion } from './types';

/** A course as those who teach it see it: published, retired, or only a draft yet. */
export interface TaughtCourse {
  readonly slug: string;
  readonly title: Localised;
  readonly language: string;
  /** Code of the organisation that awards the certificate. */
  readonly provider: string;
  /** Where its drafts come from. */
  readonly source: 'folder' | 'upload';
  readonly retiredAt: Date | null;
  readonly published: VersionInBrief | null;
  readonly draft: VersionInBrief | null;
}

export interface VersionInBrief {
  readonly id: string;
  readonly status: 'draft' | 'published';
  /** null while it is a draft. */
  readonly number: number | null;
  readonly hash: string;
  readonly createdAt: Date;
  readonly publishedAt: Date | null;
}

/** A version with all of its content; a draft has the number 0. */
export interface VersionInFull extends PublishedVersion {
  readonly status: 'draft' | 'published';
  readonly hash: string;
}

const BRIEF = {
  courseSlug: 1,
  status: 1,
  number: 1,
  hash: 1,
  createdAt: 1,
  publishedAt: 1,
  'content.title': 1,
  'content.language': 1,
  'content.provider': 1,
} as const;

type BriefRow = Omit<VersionRow, 'content'> & {
  content: Pick<VersionRow['content'], 'title' | 'language' | 'provider'>;
};

const toBrief = (row: BriefRow): VersionInBrief => ({
  id: row._id.toHexString(),
  status: row.status,
  number: row.number,
  hash: row.hash,
  createdAt: row.createdAt,
  publishedAt: row.publishedAt,
});

function toTaught(course: CourseRow, rows: readonly BriefRow[]): TaughtCourse[] {
  const published = rows.find(({ _id }) => course.publishedId?.equals(_id));
  const draft = rows.find(({ status }) => status === 'draft');
  const shown = published ?? draft;
  if (!shown) return [];
  const { title, language, provider } = shown.content;
  return [
    {
      slug: course.slug,
      title,
      language,
      provider,
      source: course.source ?? 'folder',
      retiredAt: course.retiredAt ?? null,
      published: published ? toBrief(published) : null,
      draft: draft ? toBrief(draft) : null,
    },
  ];
}

async function taught(courses: readonly CourseRow[]): Promise<TaughtCourse[]> {
  const slugs = courses.map(({ slug }) => slug);
  const ids = courses
    .map(({ publishedId }) => publishedId)
    .filter((id): id is Types.ObjectId => id !== null);
  const published = await CourseVersion.find({ _id: { $in: ids } }, BRIEF).lean<BriefRow[]>();
  const drafts = await CourseVersion.find(
    { courseSlug: { $in: slugs }, status: 'draft' },
    BRIEF,
  ).lean<BriefRow[]>();
  const rows = [...published, ...drafts];
  return courses.flatMap((course) =>
    toTaught(
      course,
      rows.filter(({ courseSlug }) => courseSlug === course.slug),
    ),
  );
}

/** Every course there is, without its content, in the order of the slugs: a site has some hundreds at most. */
export const listTaughtCourses = async (): Promise<TaughtCourse[]> =>
  taught(await Course.find().sort({ slug: 1 }).lean<CourseRow[]>());

/** One of them, or null. */
export async function findTaughtCourse(slug: string): Promise<TaughtCourse | null> {
  const course = await Course.findOne({ slug }).lean<CourseRow>();
  const [found] = course ? await taught([course]) : [];
  return found ?? null;
}

/** The published versions of a course, the newest first. */
export async function listVersions(slug: string): Promise<VersionInBrief[]> {
  const rows = await CourseVersion.find({ courseSlug: slug, number: { $gt: 0 } }, BRIEF)
    .sort({ number: -1 })
    .lean<BriefRow[]>();
  return rows.map(toBrief);
}

/** A version of this course, a draft as well, or null. */
export async function findVersionInFull(
  slug: string,
  versionId: string,
): Promise<VersionInFull | null> {
  if (!isValidObjectId(versionId)) return null;
  const row = await CourseVersion.findOne({ _id: versionId, courseSlug: slug }).lean<VersionRow>();
  if (!row) return null;
  const { slug: courseSlug, ...content } = row.content;
  return {
    ...content,
    courseSlug,
    id: row._id.toHexString(),
    status: row.status,
    hash: row.hash,
    number: row.number ?? 0,
    publishedAt: row.publishedAt ?? row.createdAt,
  };
}
