/** NFC, without control characters, runs of white space as one space, trimmed: for names and titles. */
export const tidy = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();

/** The form of an e-mail address under which accounts are unique. */
export const normaliseEmail = (email: string): string =>
  email.normalize('NFKC').trim().toLowerCase();

const TITLES = /^(s\/o|d\/o|bin|binte|a\/l|a\/p)$/i;
// Making one takes longer than all the rest of a page's head.
const segmenter = new Intl.Segmenter();

const firstLetter = (word: string | undefined): string =>
  word === undefined ? '' : ([...segmenter.segment(word)][0]?.segment ?? '');

/** What stands for a name in a small circle: first and last letter in Latin writing, otherwise the first. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => !TITLES.test(word));
  const first = firstLetter(words[0]);
  const last = words.length > 1 ? firstLetter(words.at(-1)) : '';
  return (/\p{Script=Latin}/u.test(first) ? first + last : first).toLocaleUpperCase();
}
