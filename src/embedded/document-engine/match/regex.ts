import vm from 'node:vm';
import { BSONRegExp, type BSONSymbol } from 'bson';
import { isNullish, T, typeOf } from '../bson/types';
import { badValue, EngineError, location } from '../errors';
import { translate } from './pcre';

export const isRegexValue = (v: unknown): v is BSONRegExp => v instanceof BSONRegExp;

export interface Regex {
  /** Whether a value is a text that matches, or the very same pattern as a value. */
  test(v: unknown): boolean;
  exec(text: string, from: number): RegExpExecArray | null;
  /** The numbers of the pattern's own groups in an answer of `exec`. */
  groups: number[];
}

// One context and one script serve all guarded runs: a timeout needs a script to end, and V8 ends
// it even inside a regular expression, which nothing else in this thread can.
const box: { run: () => unknown } = { run: () => undefined };
const context = vm.createContext(box);
const script = new vm.Script('run()');

function guarded<R>(work: () => R, ms: number): R {
  box.run = work;
  try {
    return script.runInContext(context, { timeout: ms }) as R;
  } catch (e) {
    if ((e as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      throw new EngineError(
        50,
        'MaxTimeMSExpired',
        `a regular expression worked longer than ${ms} ms on one value and was cut off`,
      );
    }
    throw e;
  } finally {
    box.run = () => undefined;
  }
}

const TAME_STEPS = 2_000_000;

/**
 * How long a text may be before matching it needs a guard. A pattern without repeats inside repeats
 * costs at most length^(repeats + 1) steps, and twice that for each optional part or alternative.
 */
function tameLength(source: string): number {
  const bare = source.replace(/\\[^1-9k]/g, '_');
  const repeats = (bare.match(/[*+]|\{\d+,\d*\}/g) ?? []).length;
  const optional = (bare.match(/(?<!\()\?/g) ?? []).length;
  // Outside of groups each alternative is tried once.
  const choices = optional + (bare.includes('(') ? (bare.match(/\|/g) ?? []).length : 0);
  const simple = repeats + choices === 0;
  if (/\)\{\d+,?\d*\}/.test(bare)) return simple ? Number.POSITIVE_INFINITY : 0;
  if (/\)[*+]/.test(bare) || /\\[1-9k]/.test(bare))
    return simple
      ? Number.POSITIVE_INFINITY
      : Math.floor(Math.log(TAME_STEPS) / Math.log(1 + repeats + choices));
  if (simple) return Number.POSITIVE_INFINITY;
  return Math.floor((TAME_STEPS / 2 ** choices) ** (1 / (repeats + 1)));
}

/** Runs a pattern that a client has put together, however long the text. */
export const execGuarded = (pattern: RegExp, text: string, ms: number): RegExpExecArray | null =>
  guarded(() => pattern.exec(text), ms);

function optionsOf(v: unknown): string {
  if (isNullish(v)) return '';
  if (typeof v !== 'string') throw badValue('$options has to be a string');
  for (const c of v) {
    if (!'imsxu'.includes(c)) throw location(51108, `invalid flag in regex options: ${c}`);
  }
  return v;
}

const cache = new Map<string, Regex>();
const CACHE_SIZE = 500;

/** Compiles `$regex` with its `$options`, or a regular expression value. */
export function compileRegex(v: unknown, extra: unknown, maxMs: number): Regex {
  let pattern: string;
  let options = optionsOf(extra);
  if (v instanceof BSONRegExp) {
    if (options !== '' && v.options !== '')
      throw location(51074, 'options set in both $regex and $options');
    pattern = v.pattern;
    options ||= optionsOf(v.options);
  } else if (typeof v === 'string') pattern = v;
  else throw badValue('$regex has to be a string');
  if (pattern.includes('\0'))
    throw location(51109, 'Regular expression cannot contain a null byte');
  const key = `${maxMs}/${options}/${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  const made = build(pattern, options, maxMs);
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value as string);
  cache.set(key, made);
  return made;
}

function build(pattern: string, options: string, maxMs: number): Regex {
  let plain: RegExp;
  let sticky: RegExp;
  let groups: number[];
  try {
    const t = translate(pattern, options);
    groups = t.groups;
    plain = new RegExp(t.source, t.ignoreCase ? 'iu' : 'u');
    sticky = new RegExp(t.source, t.ignoreCase ? 'giu' : 'gu');
  } catch (e) {
    throw location(51091, `Regular expression is invalid: ${(e as Error).message}`);
  }
  const limit = tameLength(plain.source);
  const run = (text: string) =>
    text.length <= limit ? plain.test(text) : guarded(() => plain.test(text), maxMs);
  return {
    groups,
    test(v) {
      if (typeof v === 'string') return run(v);
      if (isRegexValue(v)) return v.pattern === pattern && v.options === options;
      return typeOf(v) === T.symbol && run((v as BSONSymbol).value);
    },
    exec(text, from) {
      const work = () => {
        sticky.lastIndex = from;
        return sticky.exec(text);
      };
      return text.length <= limit ? work() : guarded(work, maxMs);
    },
  };
}
