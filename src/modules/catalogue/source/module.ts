import { type ActivitySource, ModuleSource, ModuleText } from '../schemas/module';
import type { Activity, CourseModule } from '../types';
import type { Builder } from './builder';
import { textOf } from './course-folder';
import { FaultList, type Position, suggest } from './faults';
import { buildLesson } from './lesson';
import { buildQuiz } from './quiz';
import { field, type View, type Views } from './views';
import { type Parsed, parseYaml } from './yaml-source';

const pathOf = (folder: string, file: string): string => `modules/${folder}/${file}`;

/** Notes where each lesson stands, before any is read, so that lessons can link to each other. */
export function findLessons(builder: Builder, folders: readonly string[]): void {
  for (const folder of folders) {
    const file = pathOf(folder, 'module.yml');
    const text = textOf(builder.folder, file);
    // Its faults are told when the module is built.
    const source = text === null ? null : parseYaml(file, text, ModuleSource, new FaultList());
    for (const activity of source?.data.activities ?? []) {
      if (activity.kind === 'lesson')
        builder.lessons.set(pathOf(folder, activity.file), activity.id);
    }
  }
}

/** The module in `folder`; nothing when it cannot be used (the fault is told). */
export function buildModule(
  builder: Builder,
  folder: string,
  listed: Position | null,
): CourseModule[] {
  const file = pathOf(folder, 'module.yml');
  const text = builder.read(file);
  if (text === null) {
    const folders = [...builder.folder.files.keys()].flatMap(
      (each) => /^modules\/([^/]+)\/module\.yml$/.exec(each)?.[1] ?? [],
    );
    builder.faults.add(
      'course.yml',
      listed,
      ['noFile', { path: file }],
      folders.includes(folder) ? ['writeIt'] : suggest(folder, folders),
    );
    return [];
  }
  const source = parseYaml(file, text, ModuleSource, builder.faults);
  const translations = builder.translationsOf(file).flatMap((each): View[] => {
    const own = parseYaml(each.file, each.text, ModuleText, builder.faults);
    return own ? [{ language: each.language, source: own, path: [], value: own.data }] : [];
  });
  if (!source) {
    builder.useAllOf(folder);
    return [];
  }
  const views: Views = [
    { language: builder.language, source, path: [], value: source.data },
    ...translations,
  ];
  builder.ids.push({ id: source.data.id, file, position: source.at(['id']) });
  return [
    {
      id: source.data.id,
      title: builder.text(field(views, 'title') ?? views, 'plain'),
      summary: builder.text(field(views, 'summary') ?? views, 'plain'),
      activities: source.data.activities.flatMap((activity, index) =>
        buildActivity(builder, folder, source, activity, index),
      ),
    },
  ];
}

function buildActivity(
  builder: Builder,
  folder: string,
  module: Parsed<ModuleSource>,
  { id, kind, file: name }: ActivitySource,
  index: number,
): Activity[] {
  const at = (key: string) => module.at(['activities', index, key]);
  builder.ids.push({ id, file: module.file, position: at('id') });
  const ending = kind === 'lesson' ? '.md' : '.yml';
  if (!name.endsWith(ending) || name === 'module.yml') {
    builder.faults.add(
      module.file,
      at('file'),
      ['notFileOf', { name, kind }],
      ['fileEnding', { ending }],
    );
    return [];
  }
  const file = pathOf(folder, name);
  const twice = builder.used.has(file);
  const text = builder.read(file);
  if (text === null) {
    const near = [...builder.folder.files.keys()].flatMap((each) =>
      each.startsWith(pathOf(folder, '')) && each.endsWith(ending)
        ? (each.split('/')[2] ?? [])
        : [],
    );
    builder.faults.add(module.file, at('file'), ['noFile', { path: file }], suggest(name, near));
    return [];
  }
  if (twice) {
    builder.faults.add(module.file, at('file'), ['usedByTwo', { name }], ['ownFile']);
  }
  const activity =
    kind === 'lesson' ? buildLesson(builder, id, file, text) : buildQuiz(builder, id, file, text);
  return activity ? [activity] : [];
}
