import {
  type Format,
  isLanguage,
  LANGUAGE_NAMES,
  type Language,
  type Translate,
} from '../../../platform/i18n';
import { languageOf, textIn } from '../localised';
import type { CourseListing } from '../queries';

/** Who reads a page, and how. */
export interface Reader {
  readonly t: Translate;
  readonly format: Format;
  readonly language: Language;
}

/** Props of the component course-card. */
export interface CourseCard {
  readonly title: string;
  readonly href: string;
  readonly summary: string;
  readonly cover?: string;
  readonly lang: string;
  readonly meta: readonly { readonly icon: string; readonly text: string }[];
}

/** Names of languages, each in itself: one finds one's own. */
const languageNames = (languages: readonly string[]): string =>
  languages.map((code) => (isLanguage(code) ? LANGUAGE_NAMES[code] : code)).join(', ');

/** Time, level and languages of a course. */
export const metaOf = (course: CourseListing, { t, format }: Reader): CourseCard['meta'] => [
  { icon: 'clock', text: format.minutes(course.minutes) },
  { icon: 'signal', text: t(`catalogue.level.${course.level}`) },
  { icon: 'languages', text: languageNames(course.languages) },
];

export function toCourseCard(course: CourseListing, reader: Reader): CourseCard {
  const text = (localised: CourseListing['title']) =>
    textIn(localised, reader.language, course.language);
  return {
    title: text(course.title),
    href: `/courses/${course.courseSlug}`,
    summary: text(course.summary),
    lang: languageOf(course.title, reader.language, course.language),
    meta: metaOf(course, reader),
    ...(course.cover ? { cover: course.cover.url } : {}),
  };
}
