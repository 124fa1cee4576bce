import { z } from 'zod';
import { Id, Minutes, Text, words } from './common';

/** Addresses of the learning pages that an activity must not take. */
const RESERVED_IDS = ['withdraw', 'finished', 'certificate', 'language', 'feedback'] as const;

const title = Text(120, 'Title of the module.');
const summary = Text(400, 'A sentence on what it is about.');

const ActivitySource = z.strictObject({
  id: Id.refine(
    (id) => !(RESERVED_IDS as readonly string[]).includes(id),
    words('reservedId', ['otherIdThan', { names: RESERVED_IDS.join(', ') }]),
  ),
  kind: z.enum(['lesson', 'quiz']),
  file: z.string().regex(/^[a-z0-9][a-z0-9-]*\.(md|yml)$/, words('notFileBeside', ['fileSuchAs'])),
});
export type ActivitySource = z.infer<typeof ActivitySource>;

/** module.yml */
export const ModuleSource = z.strictObject({
  id: Id,
  title,
  summary,
  activities: z.array(ActivitySource).min(1).max(60),
});
export type ModuleSource = z.infer<typeof ModuleSource>;

/** module.<language>.yml */
export const ModuleText = z.strictObject({
  title: title.optional(),
  summary: summary.optional(),
});

const lessonTitle = Text(120, 'Title of the lesson.');

/** What stands between the two lines of `---` at the top of a lesson. */
export const LessonHead = z.strictObject({ title: lessonTitle, minutes: Minutes(60) });
export type LessonHead = z.infer<typeof LessonHead>;

/** The same in a translated lesson; minutes are those of the original. */
export const LessonTextHead = z.strictObject({
  title: lessonTitle,
  minutes: Minutes(60).optional(),
});
