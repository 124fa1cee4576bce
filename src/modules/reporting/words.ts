/** Letters as they are compared: case, width and the accents of Latin letters make no difference. */
export const plain = (text: string): string =>
  text
    .normalize('NFKD')
    // Only Latin letters: the vowel signs of Tamil are marks too, and part of the word.
    .replace(/(\p{Script=Latin})\p{Mn}+/gu, '$1')
    .normalize('NFC')
    .toLowerCase();

const MOST = 24;
const LONGEST = 60;

/** Chinese names are written without spaces: each character can be the first of a search. */
function suffixes(word: string): string[] {
  if (!/^\p{Script=Han}+$/u.test(word)) return [word];
  const letters = [...word];
  return letters.map((_, i) => letters.slice(i).join(''));
}

const split = (text: string): string[] => plain(text).split(/[^\p{L}\p{M}\p{N}]+/u);

/** The words under which a person is found: each word of the name, the address and its parts. */
export function searchWords(name: string, email: string): string[] {
  const words = [
    ...split(name).flatMap(suffixes),
    plain(email),
    ...split(email.split('@')[0] ?? ''),
  ];
  return [...new Set(words.filter((word) => word !== '').map((word) => word.slice(0, LONGEST)))]
    .slice(0, MOST)
    .sort();
}

/** What was typed into a search, as beginnings of words; all of them must fit. */
export function searchedWords(typed: string): string[] {
  const text = plain(typed.trim());
  if (text.includes('@')) return [text.slice(0, LONGEST)];
  return split(typed)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, LONGEST))
    .slice(0, 6);
}
