import type { Localised } from './types';

/** The text in `language`, otherwise in `fallback` (the language of the course), otherwise any. */
export const textIn = (text: Localised, language: string, fallback: string): string =>
  text[language] ?? text[fallback] ?? Object.values(text)[0] ?? '';

/** The language in which `textIn` answers: for the `lang` attribute of what is shown. */
export const languageOf = (text: Localised, language: string, fallback: string): string =>
  text[language] !== undefined ? language : fallback;
