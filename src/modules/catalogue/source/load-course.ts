import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isLanguage, LANGUAGES } from '../../../platform/i18n';
import { ROOT } from '../../../platform/paths';
import { CourseSource, CourseText } from '../schemas/course';
import type { CourseContent, CourseImage, CourseModule, Fault } from '../types';
import { Builder } from './builder';
import { buildCompletion } from './completion';
import { type CourseFolder, isText, readFolder, textOf } from './course-folder';
import { FaultList } from './faults';
import { type ImageFile, Images } from './images';
import { buildModule, findLessons } from './module';
import { entries, field, type View, type Views } from './views';
import { type Parsed, parseYaml } from './yaml-source';

export interface LoadedCourse {
  readonly content: CourseContent;
  readonly images: readonly ImageFile[];
}

/** Names of the interactive figures that lessons may show: the files that export `attach`. */
function figureNames(): Set<string> {
  const figures = path.join(ROOT, 'src/client/figures');
  return new Set(
    readdirSync(figures)
      .filter((name) => name.endsWith('.ts'))
      .filter((name) =>
        /^export (function|const) attach\b/m.test(readFileSync(path.join(figures, name), 'utf8')),
      )
      .map((name) => name.replace(/\.ts$/, '')),
  );
}

/** Reads a course folder without rendering it: what tells whether it has changed. */
export async function openCourse(
  dir: string,
): Promise<{ folder: CourseFolder } | { faults: Fault[] }> {
  const faults = new FaultList();
  const folder = await readFolder(dir, faults);
  return folder && faults.size === 0 ? { folder } : { faults: faults.sorted() };
}

/** Checks and renders a course folder: all of it, or every fault in it. */
export function loadCourse(folder: CourseFolder): LoadedCourse | { faults: Fault[] } {
  const faults = new FaultList();
  const text = textOf(folder, 'course.yml');
  if (text === null) {
    faults.add('course.yml', null, ['fileMissing'], ['writeCourseFile']);
    return { faults: faults.sorted() };
  }
  const course = parseYaml('course.yml', text, CourseSource, faults);
  // Without it the other files are read all the same, so that all faults are told at once.
  const language = course?.data.language ?? 'en';
  const images = new Images(folder, folder.name);
  const builder = new Builder(folder, faults, images, figureNames(), language);
  builder.used.add('course.yml');
  const folders = course?.data.modules ?? moduleFolders(folder);
  findLessons(builder, folders);
  const modules = folders.flatMap((name, index) =>
    buildModule(builder, name, course?.at(['modules', index]) ?? null),
  );
  checkUniqueIds(builder, folders);
  const content = course && contentOf(builder, course, modules);
  checkUnused(builder, folders);
  if (!content || faults.size > 0) return { faults: faults.sorted() };
  return { content, images: images.files };
}

function contentOf(
  builder: Builder,
  course: Parsed<CourseSource>,
  modules: readonly CourseModule[],
): CourseContent {
  const { faults } = builder;
  const { data } = course;
  if (data.id !== builder.folder.name) {
    faults.add(
      'course.yml',
      course.at(['id']),
      ['idNotFolder', { id: data.id }],
      ['idOrRename', { name: builder.folder.name }],
    );
  }
  const translations = builder
    .translationsOf('course.yml')
    .flatMap(({ language, file, text }): View[] => {
      const source = parseYaml(file, text, CourseText, faults);
      return source ? [{ language, source, path: [], value: source.data }] : [];
    });
  const views: Views = [
    { language: builder.language, source: course, path: [], value: data },
    ...translations,
  ];
  const text = (key: string) => builder.text(field(views, key) ?? views, 'plain');
  const texts = {
    title: text('title'),
    summary: text('summary'),
    audience: text('audience'),
    outcomes: entries(views, 'outcomes', faults).map((each) => builder.text(each, 'plain')),
  };
  return {
    slug: data.id,
    language: builder.language,
    languages: [
      builder.language,
      ...LANGUAGES.filter((each) => each !== builder.language && !builder.incomplete.has(each)),
    ],
    ...texts,
    level: data.level,
    skills: data.skills,
    provider: data.provider,
    trainers: data.trainers,
    cover: coverOf(builder, course),
    licence: data.licence ?? null,
    certificate: data.certificate,
    completion: buildCompletion(course, modules, faults),
    minutes: modules
      .flatMap(({ activities }) => activities)
      .reduce((sum, { minutes }) => sum + minutes, 0),
    modules,
  };
}

function coverOf(builder: Builder, course: Parsed<CourseSource>): CourseImage | null {
  const { cover } = course.data;
  if (cover === undefined) return null;
  const found = builder.images.find(cover, 'course.yml');
  if ('url' in found) return found;
  builder.faults.add('course.yml', course.at(['cover']), found.problem, found.mend);
  return null;
}

/** The folders that hold modules, for a course.yml that does not tell. */
const moduleFolders = (folder: CourseFolder): string[] => [
  ...new Set(
    [...folder.files.keys()].flatMap((file) => /^modules\/([^/]+)\//.exec(file)?.[1] ?? []),
  ),
];

/** Ids of modules and activities are unique in the course: progress hangs on them. */
function checkUniqueIds(builder: Builder, folders: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const { id, file, position } of builder.ids) {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, file);
    else {
      builder.faults.add(file, position, ['idUsedBefore', { id, file: first }], ['otherId']);
    }
  }
  const twice = folders.filter((name, index) => folders.indexOf(name) !== index);
  for (const name of twice) {
    builder.faults.add('course.yml', null, ['moduleTwice', { name }], ['takeOneOut']);
  }
}

/** A text that nothing leads to was most likely forgotten. */
function checkUnused(builder: Builder, folders: readonly string[]): void {
  const { folder, faults, used, language } = builder;
  const forgotten = new Set<string>();
  for (const file of folder.files.keys()) {
    if (!isText(file) || used.has(file)) continue;
    const module = /^modules\/([^/]+)\//.exec(file)?.[1];
    const translation = /^(.*)\.([a-zA-Z-]{2,10})(\.(?:md|yml))$/.exec(file);
    if (module !== undefined && !folders.includes(module)) {
      if (forgotten.has(module)) continue;
      forgotten.add(module);
      faults.add(
        'course.yml',
        null,
        ['folderNotListed', { name: module }],
        ['listOrRename', { name: module }],
      );
    } else if (translation && folder.files.has(`${translation[1]}${translation[3]}`)) {
      const code = translation[2] ?? '';
      // The original has a fault of its own, and was not read as far as its translations.
      if (code !== language && isLanguage(code)) continue;
      faults.add(
        file,
        null,
        code === language ? ['ownLanguage', { code }] : ['unknownLanguage', { code }],
        code === language
          ? ['putInto', { file: `${translation[1]}${translation[3]}` }]
          : ['useOneOf', { names: LANGUAGES.join(', ') }],
      );
    } else {
      const name = path.posix.basename(file);
      faults.add(
        file,
        null,
        ['nothingLeads'],
        module === undefined ? ['intoModule'] : ['addActivity', { name }],
      );
    }
  }
}
