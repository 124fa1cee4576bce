import path from 'node:path';
import { LANGUAGES, type Language } from '../../../platform/i18n';
import type { Mend } from '../faults/mends';
import type { Problem } from '../faults/problems';
import type { RenderEnvironment } from '../render/environment';
import { hasMarkup, renderBlock, renderLine } from '../render/markdown';
import type { CourseImage, Localised } from '../types';
import { type CourseFolder, textOf } from './course-folder';
import { type FaultList, type Position, suggest } from './faults';
import type { Images } from './images';
import { localise, type View, type Views } from './views';

/** How a text is written: `plain` as it stands, `line` and `block` in Markdown. */
export type TextKind = 'plain' | 'line' | 'block';

/** What the parts of a course share while it is built from its folder. */
export class Builder {
  /** Languages in which at least one text is not there. */
  readonly incomplete = new Set<Language>();
  /** Files that something led to. */
  readonly used = new Set<string>();
  /** Ids of lessons by file, for links from one lesson to another. */
  readonly lessons = new Map<string, string>();
  /** Ids of modules and activities, with the place of each. */
  readonly ids: { id: string; file: string; position: Position }[] = [];

  constructor(
    readonly folder: CourseFolder,
    readonly faults: FaultList,
    readonly images: Images,
    readonly figures: ReadonlySet<string>,
    /** Of the files without a language in their name. */
    readonly language: Language,
  ) {}

  /** Reads a text file and remembers that it is used. */
  read(file: string): string | null {
    this.used.add(file);
    return textOf(this.folder, file);
  }

  /** Of a module that cannot be read: nobody knows which of its files it leads to. */
  useAllOf(module: string): void {
    for (const file of this.folder.files.keys()) {
      if (file.startsWith(`modules/${module}/`)) this.used.add(file);
    }
  }

  /** The translations of `file` that are there: `lesson.zh.md` beside `lesson.md`. */
  translationsOf(file: string): { language: Language; file: string; text: string }[] {
    const { dir, name, ext } = path.posix.parse(file);
    return LANGUAGES.filter((language) => language !== this.language).flatMap((language) => {
      const translated = path.posix.join(dir, `${name}.${language}${ext}`);
      const text = this.read(translated);
      return text === null ? [] : [{ language, file: translated, text }];
    });
  }

  /** Notes the languages that a text does not have. */
  noteMissing(present: readonly string[]): void {
    for (const language of LANGUAGES) {
      if (!present.includes(language)) this.incomplete.add(language);
    }
  }

  /** A text in every language that has it. */
  text(views: Views, kind: TextKind): Localised {
    this.noteMissing(views.map(({ language }) => language));
    return localise(views, (text, view) => this.#render(text, view, kind));
  }

  textOrNull(views: Views | null, kind: TextKind): Localised | null {
    return views && this.text(views, kind);
  }

  environment(
    file: string,
    language: Language,
    place: RenderEnvironment['place'],
    positionOf: (line: number) => Position,
  ): RenderEnvironment {
    const fault = (line: number, problem: Problem, mend: Mend) =>
      this.faults.add(file, positionOf(line), problem, mend);
    return {
      language,
      place,
      figures: this.figures,
      fault,
      image: (reference, line) => this.#image(reference, file, (...words) => fault(line, ...words)),
      lesson: (reference, line) =>
        this.#lesson(reference, file, (...words) => fault(line, ...words)),
    };
  }

  #render(text: string, view: View, kind: TextKind): string {
    const { source, path: at } = view;
    if (kind === 'plain') {
      if (hasMarkup(text)) {
        this.faults.add(source.file, source.at(at), ['holdsMarkdown', { text }], ['writePlain']);
      }
      return text.trim();
    }
    const environment = this.environment(source.file, view.language, 'quiz', (line) =>
      source.lineInside(at, line),
    );
    return kind === 'line' ? renderLine(text, environment) : renderBlock(text, environment);
  }

  #image(
    reference: string,
    file: string,
    fault: (problem: Problem, mend: Mend) => void,
  ): CourseImage | null {
    const found = this.images.find(reference, file);
    if ('url' in found) return found;
    fault(found.problem, found.mend);
    return null;
  }

  #lesson(
    reference: string,
    file: string,
    fault: (problem: Problem, mend: Mend) => void,
  ): string | null {
    const target = path.posix.join(path.posix.dirname(file), reference.replace(/#.*$/, ''));
    // A translated lesson may link to the translated file.
    const original = target.replace(/\.[a-z]{2}\.md$/, '.md');
    const id = this.lessons.get(target) ?? this.lessons.get(original);
    // Activities of an enrolment are siblings under one address.
    if (id !== undefined) return id;
    fault(['noLesson', { path: target }], suggest(target, [...this.lessons.keys()]));
    return null;
  }
}
