import { loadCourse, openCourse } from './source/load-course';
import type { Fault } from './types';

export { type FaultInWords, inWords } from './faults/in-words';
export { languageOf, textIn } from './localised';
export {
  type CourseListing,
  findCourse,
  findPublishedVersion,
  findVersion,
  listCourses,
} from './queries';
export { createCatalogue } from './room';
export type { EnrolmentOf } from './routes';
export { courseSchemas, writeCourseSchemas } from './schemas/json-schema';
export { archiveOf } from './service/archive-of';
export { publishCourse } from './service/publish-course';
export { setRetired } from './service/retire-course';
export { courseFolders, syncAll } from './service/sync-all';
export { type SyncResult, syncCourse } from './service/sync-course';
export { type UploadResult, uploadCourse } from './service/upload-course';
export { skillName } from './skills';
export { ARCHIVE_LIMITS } from './source/archive';
export { fillDraws } from './source/draw';
export * from './types';
export {
  findTaughtCourse,
  findVersionInFull,
  listTaughtCourses,
  listVersions,
  type TaughtCourse,
  type VersionInBrief,
  type VersionInFull,
} from './versions';
export { cardsAfter } from './view-models/after';

/** Every fault of a course folder, in the order of files and lines; none: it can be published. */
export async function checkCourse(dir: string): Promise<Fault[]> {
  const opened = await openCourse(dir);
  if ('faults' in opened) return opened.faults;
  const course = loadCourse(opened.folder);
  return 'faults' in course ? course.faults : [];
}
