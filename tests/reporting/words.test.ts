import { searchedWords, searchWords } from '../../src/modules/reporting/words';

const finds = (typed: string, name: string, email = 'x@example.org'): boolean => {
  const words = searchWords(name, email);
  return searchedWords(typed).every((part) => words.some((word) => word.startsWith(part)));
};

test.each([
  ['tan', 'Tan Mei Hua'],
  ['MEI', 'Tan Mei Hua'],
  ['hua tan', 'Tan Mei Hua'],
  ['jose', 'José Álvarez'],
  ['陈', '陈美华'],
  ['美华', '陈美华'],
  ['华', '陈美华'],
  ['தமிழ்', 'தமிழ்ச்செல்வி முருகன்'],
  ['முரு', 'தமிழ்ச்செல்வி முருகன்'],
  ['aisyah', 'Nur Aisyah binte Rahman'],
  ['ｔａｎ', 'Tan Mei Hua'],
  ["d'souza", "Maria D'Souza"],
])('%s finds %s', (typed, name) => {
  expect(finds(typed, name)).toBe(true);
});

test.each([
  ['hua', 'Tan Meihua'],
  ['美', '陈华'],
  ['முரகன்', 'தமிழ்ச்செல்வி முருகன்'],
  ['tan lim', 'Tan Mei Hua'],
])('%s does not find %s', (typed, name) => {
  expect(finds(typed, name)).toBe(false);
});

test('an address is found by its beginning and by its parts', () => {
  expect(finds('mei.hua@ex', 'Someone', 'Mei.Hua@example.org')).toBe(true);
  expect(finds('hua', 'Someone', 'Mei.Hua@example.org')).toBe(true);
  expect(finds('example', 'Someone', 'Mei.Hua@example.org')).toBe(false);
});
