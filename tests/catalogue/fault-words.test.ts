import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LANGUAGES, textsBelow } from '../../src/platform/i18n';
import { LOCALES, ROOT } from '../../src/platform/paths';
import { leftInEnglish } from '../support/fault-words';

/** The codes of a union, as they are written in its file. */
const codesIn = (name: string): string[] => {
  const source = readFileSync(path.join(ROOT, 'src/modules/catalogue/faults', name), 'utf8');
  return [...source.matchAll(/^ {2}(?:\| '(\w+)'|(\w+): \{)/gm)].map(
    ([, plain, valued]) => plain ?? valued ?? '',
  );
};

const messages = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(path.join(LOCALES, language, 'catalogue.json'), 'utf8')) as Record<
    string,
    string
  >;

test('each fault has words, and all words belong to a fault', () => {
  for (const part of ['problem', 'mend']) {
    expect(textsBelow(`catalogue.${part}.`).sort()).toEqual(codesIn(`${part}s.ts`).sort());
  }
});

test.each(LANGUAGES.filter((language) => language !== 'en'))('none is in English in %s', (own) => {
  const english = messages('en');
  /** Without what ICU reads: names of values, kinds of plural and of choice. */
  const plain = (text = '') => text.replaceAll(/\{\w+(?:, (?:select|plural),)?|\w+ (?=\{)/g, ' ');
  const left = Object.entries(messages(own))
    .filter(([key]) => /^catalogue\.(problem|mend)\./.test(key))
    .flatMap(([key, text]) =>
      leftInEnglish(plain(english[key]), plain(text)).map((word) => `${key}: ${word}`),
    );
  expect(left).toEqual([]);
});
