import { randomBytes } from 'node:crypto';

/** Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_LENGTH = 11;
const LENGTH = RANDOM_LENGTH + 1;

/** Multiplication by the generator in GF(32) over x^5 + x^2 + 1. */
const timesAlpha = (value: number): number => {
  const doubled = value << 1;
  return doubled & 0b100000 ? (doubled ^ 0b100101) & 0b11111 : doubled;
};

/**
 * The check value: the sum of α^position · symbol in GF(32), by Horner's rule. The weights of all
 * places differ and none is zero, so one wrong symbol, or any two symbols swapped, changes it.
 */
const checkOf = (symbols: readonly number[]): number =>
  symbols.reduce((sum, symbol) => timesAlpha(sum) ^ symbol, 0);

const symbolsOf = (text: string): number[] => [...text].map((letter) => ALPHABET.indexOf(letter));

/** The last symbol makes the whole word's check value zero. */
const checkSymbol = (symbols: readonly number[]): number => timesAlpha(checkOf(symbols));

/** A new code: 55 random bits and a check character, 12 characters without hyphens. */
export function newCode(): string {
  const symbols = Array.from(randomBytes(RANDOM_LENGTH), (byte) => byte & 31);
  return [...symbols, checkSymbol(symbols)].map((symbol) => ALPHABET.charAt(symbol)).join('');
}

/** As it is printed: `7F3C-9A21-KX4T`. */
export const formatCode = (code: string): string => code.match(/.{1,4}/g)?.join('-') ?? code;

export type ParsedCode =
  | { kind: 'code'; code: string }
  /** Twelve letters, but the check character says that one of them is wrong. */
  | { kind: 'mistyped' }
  /** Not a code at all. */
  | { kind: 'malformed' };

/** Reads a typed code: case, spaces and hyphens do not matter, O is 0, I and L are 1. */
export function parseCode(typed: string): ParsedCode {
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]+/gu, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  const symbols = symbolsOf(code);
  if (code.length !== LENGTH || symbols.includes(-1)) return { kind: 'malformed' };
  return checkOf(symbols) === 0 ? { kind: 'code', code } : { kind: 'mistyped' };
}

/** True for a whole number as it is printed, in capitals. */
export const isNumber = (text: string): boolean => /^KC-\d{4}-[0-9A-Z]{8}$/.test(text);

/** A certificate's number, for people to quote; not a secret: `KC-2026-7F3C9A21`. */
export const newNumber = (year: number): string =>
  `KC-${year}-${Array.from(randomBytes(8), (byte) => ALPHABET.charAt(byte & 31)).join('')}`;
