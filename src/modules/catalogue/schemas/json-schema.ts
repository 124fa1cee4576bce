import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { CourseSource, CourseText } from './course';
import { ModuleSource, ModuleText } from './module';
import { QuizSource, QuizText } from './quiz';

const FILES: Readonly<Record<string, { schema: z.ZodType; title: string }>> = {
  course: { schema: CourseSource, title: 'course.yml of a Kelas course' },
  module: { schema: ModuleSource, title: 'module.yml of a Kelas course' },
  quiz: { schema: QuizSource, title: 'A quiz of a Kelas course' },
  'course-text': { schema: CourseText, title: 'course.<language>.yml: a translation' },
  'module-text': { schema: ModuleText, title: 'module.<language>.yml: a translation' },
  'quiz-text': { schema: QuizText, title: 'quiz.<language>.yml: a translation' },
};

/** JSON Schemas (draft 7, which editors of YAML know) of the files of a course, by file name. */
export function courseSchemas(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(FILES).map(([name, { schema, title }]) => {
      const json = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
      return [`${name}.schema.json`, `${JSON.stringify({ title, ...json }, null, 2)}\n`];
    }),
  );
}

/** Writes them into `dir`. @returns the names of the files */
export async function writeCourseSchemas(dir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  const schemas = Object.entries(courseSchemas());
  for (const [name, text] of schemas) await writeFile(path.join(dir, name), text);
  return schemas.map(([name]) => name);
}
