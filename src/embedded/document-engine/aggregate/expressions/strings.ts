import { BSONRegExp } from 'bson';
import type { Doc } from '../../bson/codec';
import { compareStrings } from '../../bson/compare';
import { exactInteger, int, toDouble } from '../../bson/number';
import { isNullish, isNumber, T, typeOf } from '../../bson/types';
import type { Env } from '../../env';
import { EngineError, location } from '../../errors';
import { compileRegex, type Regex } from '../../match/regex';
import { type Make, nary, type Operators, unary, withNamed } from './common';
import { isoDate, numberText } from './text';

const ANY = Number.POSITIVE_INFINITY;

/** A value as the older text operators take it: numbers and dates written out, nothing as ''. */
function coerced(v: unknown): string {
  if (typeof v === 'string') return v;
  if (isNullish(v)) return '';
  if (isNumber(v)) return numberText(v);
  const t = typeOf(v);
  if (t === T.date) return isoDate(v as Date);
  if (t === T.symbol || t === T.javascript) return String(v);
  throw location(16007, "can't convert from BSON type to String");
}

// Only ASCII letters change: MongoDB's rule, and not JavaScript's.
const upper = (s: string): string => s.replace(/[a-z]+/g, (x) => x.toUpperCase());
const lower = (s: string): string => s.replace(/[A-Z]+/g, (x) => x.toLowerCase());

function text(v: unknown, op: string, code: number): string {
  if (typeof v !== 'string') throw location(code, `${op} requires a string argument`);
  return v;
}

const substrBytes = nary(3, 3, ([s, from, count]) => {
  const bytes = Buffer.from(coerced(s));
  if (!isNumber(from)) throw location(16034, '$substrBytes: starting index must be a numeric type');
  if (!isNumber(count)) throw location(16035, '$substrBytes: length must be a numeric type');
  const start = Math.trunc(toDouble(from));
  const n = Math.trunc(toDouble(count));
  if (start < 0) throw location(50752, '$substrBytes: starting index must be non-negative');
  const inside = (i: number) => i < bytes.length && ((bytes[i] as number) & 0xc0) === 0x80;
  if (inside(start))
    throw location(
      28656,
      '$substrBytes: Invalid range, starting index is a UTF-8 continuation byte.',
    );
  const end = n < 0 ? bytes.length : Math.min(bytes.length, start + n);
  if (inside(end))
    throw location(
      28657,
      '$substrBytes: Invalid range, ending index is in the middle of a UTF-8 character.',
    );
  return bytes.subarray(start, Math.max(start, end)).toString();
});

const substrCP = nary(3, 3, ([s, from, count]) => {
  const chars = [...coerced(s)];
  const start = isNumber(from) ? exactInteger(from) : undefined;
  const n = isNumber(count) ? exactInteger(count) : undefined;
  if (start === undefined)
    throw location(34450, '$substrCP: starting index must be a whole number');
  if (n === undefined) throw location(34452, '$substrCP: length must be a whole number');
  if (start < 0) throw location(34455, '$substrCP: the starting index must be nonnegative.');
  if (n < 0) throw location(34454, '$substrCP: length must be a nonnegative integer.');
  return chars.slice(start, start + n).join('');
});

const indexOf = (op: string, bytes: boolean): Make =>
  nary(2, 4, ([s, sub, from, to]) => {
    if (isNullish(s)) return null;
    const hay = text(s, op, 40091);
    const needle = text(sub, op, 40092);
    const units: ArrayLike<unknown> & { length: number } = bytes ? Buffer.from(hay) : [...hay];
    const wanted: ArrayLike<unknown> = bytes ? Buffer.from(needle) : [...needle];
    const bound = (v: unknown, otherwise: number) => {
      if (v === undefined) return otherwise;
      const n = isNumber(v) ? exactInteger(v) : undefined;
      if (n === undefined) throw location(40096, `${op} requires an integral index`);
      if (n < 0) throw location(40097, `${op} requires a nonnegative index`);
      return n;
    };
    const end = Math.min(bound(to, units.length), units.length);
    for (let i = bound(from, 0); i + wanted.length <= end; i++) {
      let k = 0;
      while (k < wanted.length && units[i + k] === wanted[k]) k += 1;
      if (k === wanted.length) return int(i);
    }
    return int(-1);
  });

const BLANKS =
  '\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a';

const trim = (op: string, left: boolean, right: boolean): Make =>
  withNamed(['input'], ['chars'], (args) => {
    const { input, chars } = args;
    if (isNullish(input) || ('chars' in args && isNullish(chars))) return null;
    const units = [...text(input, op, 50699)];
    const set = new Set(chars === undefined ? BLANKS : text(chars, op, 50700));
    let a = 0;
    let b = units.length;
    if (left) while (a < b && set.has(units[a] as string)) a += 1;
    if (right) while (b > a && set.has(units[b - 1] as string)) b -= 1;
    return units.slice(a, b).join('');
  });

const replace = (op: string, all: boolean): Make =>
  withNamed(['input', 'find', 'replacement'], [], ({ input, find, replacement }, env) => {
    for (const v of [input, find, replacement]) {
      if (!isNullish(v) && typeof v !== 'string' && !(v === find && v instanceof BSONRegExp)) {
        throw location(10503904, `${op} requires strings`);
      }
    }
    if (isNullish(input) || isNullish(find) || isNullish(replacement)) return null;
    const s = input as string;
    const by = replacement as string;
    if (find instanceof BSONRegExp) return replaceRegex(s, find, by, all, env);
    return all ? s.replaceAll(find as string, () => by) : s.replace(find as string, () => by);
  });

function replaceRegex(s: string, find: BSONRegExp, by: string, all: boolean, env: Env): string {
  const regex = compileRegex(find, undefined, env.maxRegexMs);
  let out = '';
  let at = 0;
  for (const m of matches(regex, s, all)) {
    out += s.slice(at, m.index) + by;
    at = m.index + m[0].length;
  }
  return out + s.slice(at);
}

function* matches(regex: Regex, s: string, all: boolean): Generator<RegExpExecArray> {
  let from = 0;
  while (from <= s.length) {
    const m = regex.exec(s, from);
    if (!m) return;
    yield m;
    if (!all) return;
    const step =
      m[0] === '' ? String.fromCodePoint(s.codePointAt(m.index) ?? 0).length : m[0].length;
    from = m.index + step;
  }
}

function regexOf({ regex, options }: Doc, op: string, env: Env): Regex | null {
  if (isNullish(regex)) return null;
  if (typeof regex !== 'string' && !(regex instanceof BSONRegExp)) {
    throw location(51105, `${op} needs 'regex' to be of type string or regex`);
  }
  if (!isNullish(options) && typeof options !== 'string') {
    throw location(51106, `${op} needs 'options' to be of type string`);
  }
  try {
    return compileRegex(regex, options, env.maxRegexMs);
  } catch (e) {
    // The operators have a code of their own for a pattern that is none.
    throw e instanceof EngineError && e.code === 51091 ? location(51111, e.message) : e;
  }
}

const regexFind = (
  op: string,
  answer: (found: Generator<RegExpExecArray>, regex: Regex, s: string) => unknown,
  none: () => unknown,
): Make =>
  withNamed(
    ['input', 'regex'],
    ['options'],
    (args, env) => {
      const regex = regexOf(args, op, env);
      const { input } = args;
      if (!isNullish(input) && typeof input !== 'string') {
        throw location(51104, `${op} needs 'input' to be of type string`);
      }
      if (isNullish(input) || !regex) return none();
      return answer(matches(regex, input, op === '$regexFindAll'), regex, input);
    },
    51103,
  );

function found(m: RegExpExecArray, regex: Regex, idx: number): Doc {
  return { match: m[0], idx: int(idx), captures: regex.groups.map((g) => m[g] ?? null) };
}

const codePoints = (s: string): number => {
  let n = 0;
  for (const _ of s) n++;
  return n;
};

/** MongoDB lets the answer of `$regexFindAll` take 64 MB; an empty match is counted with 100 bytes. */
const FOUND_BYTES = 64 * 1024 * 1024;

function findAll(it: Generator<RegExpExecArray>, regex: Regex, s: string): Doc[] {
  const out: Doc[] = [];
  let [at, idx, bytes] = [0, 0, 0];
  for (const m of it) {
    // No empty match is looked for behind the last character, unless there is none.
    if (m.index >= s.length && s !== '') break;
    for (const part of m) bytes += part?.length ?? 0;
    bytes += 100;
    if (bytes > FOUND_BYTES)
      throw location(51151, '$regexFindAll: what it found exceeds the limit of 64 MB');
    idx += codePoints(s.slice(at, m.index));
    at = m.index;
    out.push(found(m, regex, idx));
  }
  return out;
}

/** Texts. Places and lengths are counted in code points where the name says CP. */
export const STRINGS: Operators = {
  $concat: nary(0, ANY, (args) => {
    if (args.some((v) => !isNullish(v) && typeof v !== 'string')) {
      throw location(16702, '$concat only supports strings');
    }
    return args.some(isNullish) ? null : args.join('');
  }),
  $toUpper: unary((v) => upper(coerced(v))),
  $toLower: unary((v) => lower(coerced(v))),
  $strcasecmp: nary(2, 2, ([a, b]) => int(compareStrings(upper(coerced(a)), upper(coerced(b))))),
  $substr: substrBytes,
  $substrBytes: substrBytes,
  $substrCP: substrCP,
  $strLenCP: unary((v) => int([...text(v, '$strLenCP', 34471)].length)),
  $strLenBytes: unary((v) => int(Buffer.byteLength(text(v, '$strLenBytes', 34473)))),
  $indexOfCP: indexOf('$indexOfCP', false),
  $indexOfBytes: indexOf('$indexOfBytes', true),
  $split: nary(2, 2, ([s, by], env) => {
    if (isNullish(s) || isNullish(by)) return null;
    const input = text(s, '$split', 40085);
    if (by instanceof BSONRegExp) {
      const parts: string[] = [];
      let at = 0;
      for (const m of matches(compileRegex(by, undefined, env.maxRegexMs), input, true)) {
        parts.push(input.slice(at, m.index), ...m.slice(1).map((x) => x ?? ''));
        at = m.index + m[0].length;
      }
      return [...parts, input.slice(at)];
    }
    const separator = text(by, '$split', 40086);
    if (separator === '') throw location(40087, '$split requires a non-empty separator');
    return input.split(separator);
  }),
  $trim: trim('$trim', true, true),
  $ltrim: trim('$ltrim', true, false),
  $rtrim: trim('$rtrim', false, true),
  $replaceOne: replace('$replaceOne', false),
  $replaceAll: replace('$replaceAll', true),
  $regexMatch: regexFind(
    '$regexMatch',
    (it) => it.next().done !== true,
    () => false,
  ),
  $regexFind: regexFind(
    '$regexFind',
    (it, regex, s) => {
      const m = it.next().value;
      return m ? found(m, regex, codePoints(s.slice(0, m.index))) : null;
    },
    () => null,
  ),
  $regexFindAll: regexFind('$regexFindAll', findAll, () => []),
};
