import type { Language } from '../../../platform/i18n';
import { renderBlock } from '../render/markdown';
import { LessonHead, LessonTextHead } from '../schemas/module';
import type { LessonActivity } from '../types';
import type { Builder } from './builder';
import { type MarkdownFile, parseMarkdownFile } from './front-matter';

/** A lesson with all its languages; null when its file cannot be used (the fault is told). */
export function buildLesson(
  builder: Builder,
  id: string,
  file: string,
  text: string,
): LessonActivity | null {
  const title: Record<string, string> = {};
  const html: Record<string, string> = {};
  const add = (language: Language, name: string, parts: MarkdownFile<{ title: string }>) => {
    title[language] = parts.head.data.title;
    html[language] = renderLesson(builder, language, name, parts);
  };
  const original = parseMarkdownFile(file, text, LessonHead, builder.faults);
  if (original) add(builder.language, file, original);
  for (const translation of builder.translationsOf(file)) {
    const parts = parseMarkdownFile(
      translation.file,
      translation.text,
      LessonTextHead,
      builder.faults,
    );
    if (parts) add(translation.language, translation.file, parts);
  }
  builder.noteMissing(Object.keys(html));
  return original && { id, kind: 'lesson', title, minutes: original.head.data.minutes, html };
}

function renderLesson(
  builder: Builder,
  language: Language,
  file: string,
  { body, bodyLine }: MarkdownFile<unknown>,
): string {
  if (body.trim() === '') {
    builder.faults.add(file, { line: bodyLine, column: 1 }, ['noText'], ['writeBelow']);
  }
  return renderBlock(
    body,
    builder.environment(file, language, 'lesson', (line) => ({
      line: bodyLine + 1 + line,
      column: 1,
    })),
  );
}
