import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import type { FileStorage } from '../../../platform/storage';
import { now } from '../../../shared/clock';
import { Course, CourseVersion } from '../model';
import { loadCourse, openCourse } from '../source/load-course';
import type { Fault } from '../types';

export type SyncResult =
  /** Something is wrong in the folder; nothing was changed. */
  | { readonly status: 'faulty'; readonly faults: readonly Fault[] }
  /** The newest version was made from exactly these files. */
  | { readonly status: 'unchanged'; readonly slug: string; readonly draft: boolean }
  /** A draft was made of it; a draft that was there is replaced. */
  | { readonly status: 'draft'; readonly slug: string };

/** Makes a draft version of a course folder when it has changed since the newest version. */
export async function syncCourse(dir: string, storage: FileStorage): Promise<SyncResult> {
  const opened = await openCourse(dir);
  if ('faults' in opened) return { status: 'faulty', faults: opened.faults };
  const { folder } = opened;
  const slug = folder.name;
  const { draft, published } = await newestOf(slug);
  if (draft?.hash === folder.hash) return { status: 'unchanged', slug, draft: true };
  if (published?.hash === folder.hash) {
    // The folder went back to what is published: the draft stands for nothing any more.
    if (draft) await removeDraft(slug);
    return { status: 'unchanged', slug, draft: false };
  }
  const course = loadCourse(folder);
  if ('faults' in course) return { status: 'faulty', faults: course.faults };
  // Under names by content: a version never shows a picture that is not kept.
  for (const { key, bytes } of course.images) await storage.put(key, bytes);
  await inTransaction(async () => {
    await Course.updateOne(
      { slug },
      { $setOnInsert: { slug, lastNumber: 0, publishedId: null } },
      { upsert: true },
    );
    await CourseVersion.updateOne(
      { courseSlug: slug, status: 'draft' },
      {
        $set: { hash: folder.hash, content: course.content, createdAt: now() },
        $setOnInsert: { number: null, publishedAt: null },
      },
      { upsert: true },
    );
    await audit({
      action: 'catalogue.draft',
      subject: { kind: 'course', id: slug },
      before: draft && { hash: draft.hash },
      after: { hash: folder.hash },
    });
  });
  return { status: 'draft', slug };
}

async function newestOf(slug: string) {
  const course = await Course.findOne({ slug }, { publishedId: 1 }).lean();
  const draft = await CourseVersion.findOne(
    { courseSlug: slug, status: 'draft' },
    { hash: 1 },
  ).lean();
  const published = course?.publishedId
    ? await CourseVersion.findById(course.publishedId, { hash: 1 }).lean()
    : null;
  return { draft, published };
}

async function removeDraft(slug: string): Promise<void> {
  await inTransaction(async () => {
    const { deletedCount } = await CourseVersion.deleteOne({ courseSlug: slug, status: 'draft' });
    if (deletedCount > 0) {
      await audit({ action: 'catalogue.draftRemoved', subject: { kind: 'course', id: slug } });
    }
  });
}
