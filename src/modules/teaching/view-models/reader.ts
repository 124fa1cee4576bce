import type { Exchange } from '../../../platform/http';
import type { Format, Language, Translate } from '../../../platform/i18n';
import { type Localised, languageOf, type TaughtCourse, textIn } from '../../catalogue';

/** How the one who asks reads. */
export interface Reader {
  readonly t: Translate;
  readonly format: Format;
  readonly language: Language;
}

export const readerOf = ({ visitor }: Pick<Exchange, 'visitor'>): Reader => ({
  t: visitor.t,
  format: visitor.format,
  language: visitor.preferences.language,
});

/** A text of the course with its language, for someone who reads `reader.language`. */
export const wordsIn = (
  text: Localised,
  { language }: Pick<Reader, 'language'>,
  course: Pick<TaughtCourse, 'language'>,
): { text: string; lang: string } => ({
  text: textIn(text, language, course.language),
  lang: languageOf(text, language, course.language),
});
