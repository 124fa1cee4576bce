import { formatCode } from './code';
import type { CertificateRow } from './model';

/** Without width, case and the accents of Latin letters; what is neither letter nor digit parts words. */
const wordsIn = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

/** Chinese has no spaces: a run of it is found from each of its characters on. */
const starts = (word: string): string[] =>
  /^\p{Script=Han}/u.test(word)
    ? [...word].map((_, index, letters) => letters.slice(index).join(''))
    : [word];

const MOST = 120;
const LONGEST = 40;

/** The words under which a record is found, each once. */
const searchWords = (texts: readonly string[]): string[] =>
  [...new Set(texts.flatMap(wordsIn).flatMap(starts))]
    .map((word) => word.slice(0, LONGEST))
    .slice(0, MOST);

/** The words of a certificate. */
export const wordsOf = ({
  snapshot,
  number,
  code,
}: Pick<CertificateRow, 'number' | 'code'> & {
  snapshot: Pick<CertificateRow['snapshot'], 'holderName' | 'courseTitle'>;
}): string[] =>
  searchWords([
    number,
    code,
    formatCode(code),
    snapshot.holderName,
    ...Object.values(snapshot.courseTitle),
  ]);

/** A condition for each typed word: some word of the record begins with it. */
export const wordsBegin = (typed: string): { words: RegExp }[] =>
  wordsIn(typed)
    .slice(0, 6)
    .map((word) => ({ words: new RegExp(`^${word.slice(0, LONGEST)}`, 'u') }));
