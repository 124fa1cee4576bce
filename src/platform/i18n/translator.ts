import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { LOCALES } from '../paths';
import { LANGUAGE_TAGS, LANGUAGES, type Language } from './languages';

export type Values = Record<string, string | number | Date>;

/** The words for a key in ICU MessageFormat, filled with `values`. Plain text: escape it in HTML. */
export type Translate = (key: string, values?: Values) => string;

function load(language: Language): Map<string, string> {
  const folder = path.join(LOCALES, language);
  const messages = new Map<string, string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const entries = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<
      string,
      string
    >;
    for (const [key, text] of Object.entries(entries)) messages.set(key, text);
  }
  return messages;
}

function makeTranslator(language: Language): {
  translate: Translate;
  has: (key: string) => boolean;
  keys: () => string[];
} {
  const messages = load(language);
  const compiled = new Map<string, IntlMessageFormat>();
  const translate: Translate = (key, values) => {
    const text = messages.get(key);
    if (text === undefined) throw new Error(`There is no text ${key} in ${language}`);
    if (!text.includes('{')) return text;
    let format = compiled.get(key);
    if (!format) {
      format = new IntlMessageFormat(text, LANGUAGE_TAGS[language], undefined, { ignoreTag: true });
      compiled.set(key, format);
    }
    return String(format.format(values));
  };
  return { translate, has: (key) => messages.has(key), keys: () => [...messages.keys()] };
}

let translators: Map<Language, ReturnType<typeof makeTranslator>> | undefined;

function translatorFor(language: Language): ReturnType<typeof makeTranslator> {
  translators ??= new Map(LANGUAGES.map((each) => [each, makeTranslator(each)]));
  const translator = translators.get(language);
  if (!translator) throw new Error(`There is no language ${language}`);
  return translator;
}

/** The translator of a language; the files are read once for the process. */
export const translatorOf = (language: Language): Translate => translatorFor(language).translate;

/** True when there is a text for `key`; the languages have the same keys. */
export const hasText = (key: string): boolean => translatorFor('en').has(key);

/** What comes after `start` in each key that begins with it. */
export const textsBelow = (start: string): string[] =>
  translatorFor('en')
    .keys()
    .filter((key) => key.startsWith(start))
    .map((key) => key.slice(start.length));
