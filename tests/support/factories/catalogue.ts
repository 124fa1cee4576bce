import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  checkCourse,
  type Fault,
  type FaultInWords,
  inWords,
  type PublishedVersion,
  publishCourse,
  syncCourse,
} from '../../../src/modules/catalogue';
import { translatorOf } from '../../../src/platform/i18n';
import type { TestApp } from '../app';

/** A course folder as texts by path; a null takes a file out. */
export type CourseFiles = Record<string, string | Buffer | null>;

export const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><rect width="320" height="180"/></svg>';

/** The smallest course without a fault: one module with a lesson and a quiz. */
export const plainCourse = (slug = 'plain'): Record<string, string> => ({
  'course.yml': `id: ${slug}
title: A plain course
summary: One lesson and a quiz.
language: en
level: beginner
audience: Those who test.
outcomes:
  - Do the first thing
  - Do the second thing
  - Do the third thing
skills: [ai-literacy]
provider: kelas-centre
trainers:
  - { name: Lim Mei Hua }
cover: images/cover.svg
licence: CC-BY-4.0
certificate: { hours: 1, showMark: false }
modules:
  - 01-only
`,
  'images/cover.svg': SVG,
  'modules/01-only/module.yml': `id: only
title: The only module
summary: All there is.
activities:
  - { id: a-lesson, kind: lesson, file: 01-lesson.md }
  - { id: a-quiz, kind: quiz, file: quiz.yml }
`,
  'modules/01-only/01-lesson.md': `---
title: A lesson
minutes: 8
---

Some words.
`,
  'modules/01-only/quiz.yml': `title: A quiz
minutes: 5
passMark: 70
questions:
  - id: sky
    kind: one
    text: What colour is the sky?
    options:
      - { id: blue, text: Blue, correct: true }
      - { id: red, text: Red }
`,
});

/** Writes a course into a folder of its own for as long as `work` takes. */
export async function withCourse<T>(
  slug: string,
  files: CourseFiles,
  work: (dir: string) => Promise<T>,
): Promise<T> {
  const above = await mkdtemp(path.join(os.tmpdir(), 'kelas-course-'));
  const dir = path.join(above, slug);
  try {
    await writeCourse(dir, files);
    return await work(dir);
  } finally {
    await rm(above, { recursive: true, force: true });
  }
}

export async function writeCourse(dir: string, files: CourseFiles): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(dir, name);
    if (content === null) {
      await rm(file, { force: true });
      continue;
    }
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** The faults of the plain course with other files in place of its own, or besides. */
export const faultsOf = (files: CourseFiles): Promise<Fault[]> =>
  withCourse('plain', { ...plainCourse(), ...files }, checkCourse);

/** A fault as the command line says it. */
export function inEnglish(fault: Fault): FaultInWords {
  const words = inWords(fault, translatorOf('en'));
  const { problem, reason } = words;
  return reason === null ? words : { ...words, problem: `${problem}: ${reason}` };
}

/** Publishes the plain course under `slug`, with other files in place of its own, or besides. */
export const publishPlainCourse = (
  app: Pick<TestApp, 'platform'>,
  slug: string,
  files: CourseFiles = {},
): Promise<PublishedVersion> =>
  withCourse(slug, { ...plainCourse(slug), ...files }, async (dir) => {
    const result = await syncCourse(dir, app.platform.storage);
    if (result.status !== 'draft') throw new Error(JSON.stringify(result));
    return publishCourse(slug);
  });
