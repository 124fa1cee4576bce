import { type Fault, inWords } from '../../src/modules/catalogue';
import { LANGUAGES, type Language, translatorOf } from '../../src/platform/i18n';

/** What stays as it is: names of files, fields and formats, and words that Malay took over. */
const TECHNICAL = new Set(
  `activities after any attempt attempts bash correct course courses example first folder html https
  id images json kb kelas kind last lesson mailto markdown mb md minutes module modules name org
  passed pass python quiz readme reveal several sql submitted svg tag tel text title true false
  unit utf viewbox viewed yaml yml zip`.split(/\s+/),
);

const wordsIn = (text: string): Set<string> =>
  new Set(text.toLowerCase().match(/[a-z]{2,}/g) ?? []);

/** English words that are left in a text of another language. */
export function leftInEnglish(english: string, other: string): string[] {
  const words = wordsIn(english);
  return [...wordsIn(other)].filter((word) => words.has(word) && !TECHNICAL.has(word));
}

const without = (text: string, values: readonly string[]): string =>
  values.reduce<string>((rest, value) => rest.replaceAll(value, ' '), text);

/** The English words of a fault that a reader of another language would be shown. */
export function englishIn(fault: Fault): string[] {
  const values = [fault.problem[1], fault.mend[1]]
    .flatMap((each) => Object.values(each ?? {}).map(String))
    .sort((a, b) => b.length - a.length);
  const said = (language: Language) => {
    const { problem, mend } = inWords(fault, translatorOf(language));
    return without(`${problem} ${mend}`, values);
  };
  return LANGUAGES.filter((language) => language !== 'en').flatMap((language) =>
    leftInEnglish(said('en'), said(language)).map((word) => `${language}: ${word}`),
  );
}
