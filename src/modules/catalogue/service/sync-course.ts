import { createHash } from 'node:crypto';
import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import type { FileStorage } from '../../../platform/storage';
import { now } from '../../../shared/clock';
import { Course, type CourseOrigin, CourseVersion, type VersionRow } from '../model';
import { writeArchive } from '../source/archive';
import type { CourseFolder } from '../source/course-folder';
import { type LoadedCourse, loadCourse, openCourse } from '../source/load-course';
import type { Fault } from '../types';

export type SyncResult =
  /** Something is wrong in the folder; nothing was changed. */
  | { readonly status: 'faulty'; readonly faults: readonly Fault[] }
  /** The newest version was made from exactly these files. */
  | { readonly status: 'unchanged'; readonly slug: string; readonly draft: boolean }
  /** The course comes from uploads: its folder is passed over. */
  | { readonly status: 'uploaded'; readonly slug: string }
  /** A draft was made of it; a draft that was there is replaced. */
  | { readonly status: 'draft'; readonly slug: string };

/**
 * Makes a draft version of a course folder when it has changed since the newest version.
 * @param options.takeBack lets the course come from its folder again, after it came from uploads
 */
export async function syncCourse(
  dir: string,
  storage: FileStorage,
  options: { takeBack?: boolean } = {},
): Promise<SyncResult> {
  const opened = await openCourse(dir);
  if ('faults' in opened) return { status: 'faulty', faults: opened.faults };
  const { folder } = opened;
  const slug = folder.name;
  const { draft, published, source } = await newestOf(slug);
  if (source === 'upload' && !options.takeBack) return { status: 'uploaded', slug };
  if (source === 'folder') {
    if (draft?.hash === folder.hash) return { status: 'unchanged', slug, draft: true };
    if (published?.hash === folder.hash) {
      // The folder went back to what is published: the draft stands for nothing any more.
      if (draft) await removeDraft(slug);
      return { status: 'unchanged', slug, draft: false };
    }
  }
  const course = loadCourse(folder);
  if ('faults' in course) return { status: 'faulty', faults: course.faults };
  const archive = await writeArchive(folder);
  await keepDraft({ folder, course, archive, origin: 'folder', before: draft }, storage);
  return { status: 'draft', slug };
}

/** Keeps a course as the draft that waits, with its pictures and its files. */
export async function keepDraft(
  made: {
    folder: CourseFolder;
    course: LoadedCourse;
    /** Its files as a .zip. */
    archive: Buffer;
    origin: CourseOrigin;
    /** The draft that it takes the place of. */
    before: { hash: string } | null;
  },
  storage: FileStorage,
): Promise<void> {
  const { folder, course, origin, before } = made;
  const slug = folder.name;
  // Under names by content: a version never shows a picture that is not kept.
  for (const { key, bytes } of course.images) await storage.put(key, bytes);
  const name = createHash('sha256').update(made.archive).digest('hex').slice(0, 32);
  const archive = `course-archives/${slug}/${name}.zip`;
  await storage.put(archive, made.archive);
  await inTransaction(async () => {
    await Course.updateOne(
      { slug },
      { $set: { source: origin }, $setOnInsert: { slug, lastNumber: 0, publishedId: null } },
      { upsert: true },
    );
    await CourseVersion.updateOne(
      { courseSlug: slug, status: 'draft' },
      {
        $set: { hash: folder.hash, content: course.content, createdAt: now(), archive },
        $setOnInsert: { number: null, publishedAt: null },
      },
      { upsert: true },
    );
    await audit({
      action: 'catalogue.draft',
      subject: { kind: 'course', id: slug },
      before: before && { hash: before.hash },
      after: { hash: folder.hash, origin },
    });
  });
}

type ProviderRow = Pick<VersionRow, '_id' | 'hash'> & {
  content: Pick<VersionRow['content'], 'provider'>;
};

export async function newestOf(slug: string) {
  const course = await Course.findOne({ slug }, { publishedId: 1, source: 1 }).lean();
  const draft = await CourseVersion.findOne(
    { courseSlug: slug, status: 'draft' },
    { hash: 1, 'content.provider': 1 },
  ).lean<ProviderRow>();
  const published = course?.publishedId
    ? await CourseVersion.findById(course.publishedId, {
        hash: 1,
        'content.provider': 1,
      }).lean<ProviderRow>()
    : null;
  return { draft, published, source: course ? (course.source ?? 'folder') : 'folder' } as const;
}

async function removeDraft(slug: string): Promise<void> {
  await inTransaction(async () => {
    const { deletedCount } = await CourseVersion.deleteOne({ courseSlug: slug, status: 'draft' });
    if (deletedCount > 0) {
      await audit({ action: 'catalogue.draftRemoved', subject: { kind: 'course', id: slug } });
    }
  });
}
