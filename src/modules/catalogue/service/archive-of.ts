import path from 'node:path';
import type { Readable } from 'node:stream';
import { isValidObjectId } from 'mongoose';
import type { FileStorage } from '../../../platform/storage';
import { CourseVersion } from '../model';
import { writeArchive } from '../source/archive';
import { openCourse } from '../source/load-course';

/**
 * The files of a version as a .zip: an upload comes back byte for byte. null when there is no such
 * version of the course, or its files were not kept and its folder has changed since.
 */
export async function archiveOf(
  slug: string,
  versionId: string,
  from: { storage: FileStorage; coursesDir: string },
): Promise<{ content: Readable | Buffer; size: number; number: number | null } | null> {
  if (!isValidObjectId(versionId)) return null;
  const row = await CourseVersion.findOne(
    { _id: versionId, courseSlug: slug },
    { archive: 1, hash: 1, number: 1 },
  ).lean();
  if (!row) return null;
  const { number } = row;
  const kept = row.archive ? await from.storage.open(row.archive) : null;
  if (kept) return { content: kept.stream, size: kept.size, number };
  const opened = await openCourse(path.join(from.coursesDir, slug));
  if (!('folder' in opened) || opened.folder.hash !== row.hash) return null;
  const content = await writeArchive(opened.folder);
  return { content, size: content.length, number };
}
