/** What PCRE's classes and escapes are in JavaScript's regular expressions, with the flag `u`. */
export const POSIX: Record<string, string> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\t\\n\\v\\f\\r ',
  blank: '\\t ',
  punct: '!-\\/:-@\\[-`\\{-~',
  cntrl: '\\x00-\\x1f\\x7f',
  graph: '\\x21-\\x7e',
  print: '\\x20-\\x7e',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
};

/** What a POSIX class leaves out. */
export function outside(set: string): string {
  const inside = new RegExp(`[${set}]`, 'u');
  const odd: string[] = [];
  for (let code = 0; code < 128; code++)
    if (!inside.test(String.fromCharCode(code))) odd.push(`\\u{${code.toString(16)}}`);
  return `${odd.join('')}\\u{80}-\\u{10ffff}`;
}

export const SPACE = '\\t\\n\\v\\f\\r ';
export const END = '(?![\\s\\S])';
export const START = '(?<![\\s\\S])';

export const octal = (digits: string): string => `\\u{${Number.parseInt(digits, 8).toString(16)}}`;

/** Escapes that stand for themselves, outside of a class. */
export const ESCAPES: Record<string, string> = {
  b: '\\b',
  B: '\\B',
  A: START,
  z: END,
  Z: `(?=\\n?${END})`,
  s: `[${SPACE}]`,
  S: `[^${SPACE}]`,
  h: '[\\t \\u00a0]',
  H: '[^\\t \\u00a0]',
  V: '[^\\n\\v\\f\\r]',
  N: '[^\\n]',
  R: '(?:\\r\\n|[\\n\\v\\f\\r])',
  X: '(?:\\r\\n|\\P{M}\\p{M}*|\\p{M}+)',
};
