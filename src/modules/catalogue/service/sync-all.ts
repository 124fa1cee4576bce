import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { withLease } from '../../../platform/db';
import { translatorOf } from '../../../platform/i18n';
import { logger } from '../../../platform/logger';
import type { FileStorage } from '../../../platform/storage';
import { inWords } from '../faults/in-words';
import { Course } from '../model';
import { publishCourse } from './publish-course';
import { type SyncResult, syncCourse } from './sync-course';

/** The course folders: every folder with a course.yml in it. */
export async function courseFolders(coursesDir: string): Promise<string[]> {
  const entries = await readdir(coursesDir, { withFileTypes: true }).catch(() => null);
  if (!entries) {
    logger.error({ coursesDir }, 'there is no folder of courses');
    return [];
  }
  const folders: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory() || /^[._]/.test(entry.name) || entry.name === 'schema') continue;
    folders.push(path.join(coursesDir, entry.name));
  }
  return folders.sort();
}

function log(dir: string, result: SyncResult): void {
  if (result.status === 'draft')
    logger.info({ course: result.slug }, 'a draft of the course is new');
  if (result.status === 'uploaded') {
    const mend = `npm run kelas -- course publish ${result.slug} --from-folder`;
    logger.info(
      { course: result.slug, mend },
      'the course comes from uploads: its folder is passed over',
    );
  }
  if (result.status !== 'faulty') return;
  for (const fault of result.faults) {
    const { file, line, problem, reason, mend } = inWords(fault, translatorOf('en'));
    const place = path.join(dir, file) + (line === null ? '' : `:${line}`);
    logger.error(
      { course: path.basename(dir), place, reason, mend },
      `the course is faulty: ${problem}`,
    );
  }
}

/**
 * Brings the drafts in line with the course folders; one process at a time, the others find the
 * work done. A folder with faults changes nothing, and each fault is logged.
 * @param options.publishFirst publishes courses of which no version was published yet: `always`, or
 * `when-empty`, as long as the catalogue has no course at all
 */
export async function syncAll(
  coursesDir: string,
  storage: FileStorage,
  options: { publishFirst: 'always' | 'when-empty' },
): Promise<SyncResult[]> {
  return withLease('catalogue.sync', async () => {
    const results: SyncResult[] = [];
    const empty = (await Course.countDocuments({ publishedId: { $ne: null } })) === 0;
    const publishFirst = options.publishFirst === 'always' || empty;
    for (const dir of await courseFolders(coursesDir)) {
      const result = await syncCourse(dir, storage);
      log(dir, result);
      results.push(result);
      if (!publishFirst || result.status === 'faulty' || result.status === 'uploaded') continue;
      const course = await Course.findOne({ slug: result.slug }, { publishedId: 1 }).lean();
      if (course?.publishedId) continue;
      const { number } = await publishCourse(result.slug);
      logger.info({ course: result.slug, number }, 'the course is published');
    }
    return results;
  });
}
