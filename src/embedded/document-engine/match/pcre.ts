import { END, ESCAPES, octal, outside, POSIX, SPACE, START } from './pcre-tables';

/**
 * Translates a PCRE2 pattern, as MongoDB takes it, into a JavaScript pattern for the `u` flag.
 * `.`, `^` and `$` are written out, because JavaScript counts other line ends than PCRE does.
 */
export interface Translated {
  source: string;
  ignoreCase: boolean;
  /** The numbers of the groups that the pattern itself has (helpers add some of their own). */
  groups: number[];
}

interface Flags {
  i: boolean;
  m: boolean;
  s: boolean;
  x: boolean;
}

/** What a pattern may begin with to steer PCRE, and what means nothing here. */
const VERBS = /^(?:\(\*(?:UTF8?|NO_START_OPT|NO_AUTO_POSSESS|LF|LIMIT_\w+=\d+)\))+/;

const LETTER = /^\p{L}$/u;

export function translate(pattern: string, options: string): Translated {
  return new Translator(pattern, options).run();
}

class Translator {
  private at = 0;
  private out = '';
  /** Where the last atom begins in `out`; -1 where a quantifier may not follow. */
  private atom = -1;
  private captures = 0;
  private readonly groups: number[] = [];
  private flags: Flags;
  private readonly globalCase: boolean;
  private readonly stack: { flags: Flags; start: number; close: string }[] = [];
  private readonly chars: string[];

  constructor(pattern: string, options: string) {
    const bare = pattern.replace(VERBS, '');
    this.chars = [...bare];
    this.flags = {
      i: options.includes('i'),
      m: options.includes('m'),
      s: options.includes('s'),
      x: options.includes('x'),
    };
    const lead = /^\(\?([imsx]+)\)/.exec(bare);
    if (lead) {
      for (const f of lead[1] as string) this.flags[f as keyof Flags] = true;
      this.at = lead[0].length;
    }
    // Where a part of the pattern minds case again, letters are written out in both.
    this.globalCase = this.flags.i && !/\(\?[imsx]*-[msx]*i/.test(bare);
  }

  run(): Translated {
    while (this.at < this.chars.length) this.token();
    if (this.stack.length > 0) throw new SyntaxError('missing closing parenthesis');
    const source = this.out.replace(/\u{f0000}(\d+)\u{f0001}/gu, (_, n) => {
      const group = this.groups[Number(n) - 1];
      if (group === undefined && /^[1-3]?[0-7]{2}$/.test(n)) return octal(n);
      if (group === undefined) throw new SyntaxError('reference to non-existent subpattern');
      return `(?:\\${group})`;
    });
    return { source, ignoreCase: this.globalCase, groups: this.groups };
  }

  private rest(n: number): string {
    return this.chars.slice(this.at, this.at + n).join('');
  }

  private emit(text: string) {
    this.atom = this.out.length;
    this.out += text;
  }

  private literal(c: string) {
    if (this.flags.i && !this.globalCase && LETTER.test(c)) {
      const other = c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase();
      this.emit([...other].length === 1 && other !== c ? `[${c}${other}]` : c);
    } else this.emit(/[\\^$.*+?()[\]{}|/]/.test(c) ? `\\${c}` : c);
  }

  private token() {
    const c = this.chars[this.at] as string;
    if (this.flags.x && /[\s#]/.test(c)) {
      this.at += 1;
      if (c === '#')
        while (this.at < this.chars.length && this.chars[this.at] !== '\n') this.at += 1;
      return;
    }
    switch (c) {
      case '\\':
        return this.escape();
      case '[':
        return this.characterClass();
      case '(':
        return this.open();
      case ')': {
        const group = this.stack.pop();
        if (!group) throw new SyntaxError('unmatched closing parenthesis');
        this.at += 1;
        this.out += group.close;
        this.flags = group.flags;
        this.atom = group.start;
        return;
      }
      case '|':
        this.at += 1;
        this.out += '|';
        this.atom = -1;
        return;
      case '.':
        this.at += 1;
        return this.emit(this.flags.s ? '[\\s\\S]' : '[^\\n]');
      case '^':
        this.at += 1;
        return this.emit(this.flags.m ? '(?<![^\\n])' : START);
      case '$':
        this.at += 1;
        return this.emit(this.flags.m ? '(?![^\\n])' : `(?=\\n?${END})`);
      case '*':
      case '+':
      case '?':
      case '{':
        return this.quantifier(c);
      default:
        this.at += 1;
        this.literal(c);
    }
  }

  private quantifier(c: string) {
    let q = c;
    if (c === '{') {
      const m = /^\{(\d+(?:,\d*)?|,\d+)\}/.exec(this.rest(20));
      if (!m) {
        this.at += 1;
        return this.literal('{');
      }
      q = m[0].replace('{,', '{0,');
      this.at += [...m[0]].length;
    } else this.at += 1;
    if (this.atom < 0) throw new SyntaxError('quantifier does not follow a repeatable item');
    const next = this.chars[this.at];
    if (next === '+') {
      this.at += 1;
      this.captures += 1;
      const body = this.out.slice(this.atom);
      // The helper group comes before the groups inside the atom: their numbers move up by one.
      const inner = (body.match(/(?<!\\)\((?!\?(?!<[^=!]))/g) ?? []).length;
      for (let i = 0; i < this.groups.length; i++) {
        const n = this.groups[i] as number;
        if (n > this.captures - 1 - inner) this.groups[i] = n + 1;
      }
      this.out = `${this.out.slice(0, this.atom)}(?:(?=(${body}${q}))\\${this.captures - inner})`;
    } else if (next === '?') {
      this.at += 1;
      this.out += `${q}?`;
    } else this.out += q;
    this.atom = -1;
  }

  private push(open: string, close = ')'): void {
    this.stack.push({ flags: { ...this.flags }, start: this.out.length, close });
    this.out += open;
    this.atom = -1;
  }

  private capture(open: string): void {
    this.captures += 1;
    this.groups.push(this.captures);
    this.push(open);
  }

  private open() {
    const text = this.rest(80);
    const named = /^\(\?P?<([A-Za-z_]\w*)>|^\(\?'([A-Za-z_]\w*)'/.exec(text);
    const flags = /^\(\?([imsx]*)(?:-([imsx]*))?([:)])/.exec(text);
    const backref = /^\(\?P=(\w+)\)/.exec(text);
    if (named) {
      this.at += named[0].length;
      this.capture(`(?<${named[1] ?? named[2]}>`);
    } else if (backref) {
      this.at += backref[0].length;
      this.emit(`\\k<${backref[1]}>`);
    } else if (text.startsWith('(?#')) {
      while (this.at < this.chars.length && this.chars[this.at] !== ')') this.at += 1;
      this.at += 1;
    } else if (flags) {
      this.at += flags[0].length;
      if (flags[3] === ':') this.push('(?:');
      for (const f of flags[1] ?? '') this.flags[f as keyof Flags] = true;
      for (const f of flags[2] ?? '') this.flags[f as keyof Flags] = false;
    } else if (text.startsWith('(?>')) {
      this.at += 3;
      this.captures += 1;
      this.push('(?:(?=(', `))\\${this.captures})`);
    } else {
      const look = /^\(\?(?:[=!]|<[=!])/.exec(text);
      if (look) {
        this.at += look[0].length;
        this.push(look[0]);
      } else if (text.startsWith('(?') || text.startsWith('(*')) {
        throw new SyntaxError('unrecognised group');
      } else {
        this.at += 1;
        this.capture('(');
      }
    }
  }

  /** The escapes that mean the same in a class and outside; undefined for the others. */
  private commonEscape(c: string): string | undefined {
    if ('dDwW'.includes(c)) return `\\${c}`;
    if ('tnrfv'.includes(c)) return c === 'v' ? '\\n\\v\\f\\r' : `\\${c}`;
    switch (c) {
      case 'e':
        return '\\x1b';
      case 'a':
        return '\\x07';
      case '0':
      case 'o': {
        const m = (c === '0' ? /^[0-7]{0,2}/ : /^\{([0-7]{1,7})\}/).exec(this.rest(9));
        if (!m) throw new SyntaxError('malformed \\o');
        this.at += m[0].length;
        return octal(m[1] ?? (m[0] || '0'));
      }
      case 'c': {
        const control = (this.chars[this.at] ?? '').toUpperCase();
        if (!/^[\x20-\x7e]$/.test(control)) throw new SyntaxError('\\c at end of pattern');
        this.at += 1;
        return `\\u{${(control.charCodeAt(0) ^ 64).toString(16)}}`;
      }
      case 'x': {
        const m = /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{0,2}))/.exec(this.rest(8));
        this.at += m?.[0].length ?? 0;
        return `\\u{${m?.[1] ?? (m?.[2] || '0')}}`;
      }
      case 'p':
      case 'P': {
        const m = /^(?:\{(\^?)([\w&]+)\}|(\w))/.exec(this.rest(40));
        if (!m) throw new SyntaxError('malformed \\p');
        this.at += m[0].length;
        const name = m[2] ?? m[3] ?? '';
        const not = (c === 'P') !== (m[1] === '^');
        if (name === 'Any') return not ? '[^\\s\\S]' : '\\s\\S';
        const known = /^(L|M|N|P|S|Z|C)[a-z]?$/.test(name) ? name : `Script=${name}`;
        return `\\${not ? 'P' : 'p'}{${known}}`;
      }
      default:
        return undefined;
    }
  }

  private escape() {
    this.at += 1;
    const c = this.chars[this.at];
    if (c === undefined) throw new SyntaxError('\\ at end of pattern');
    this.at += 1;
    const common = this.commonEscape(c);
    if (common !== undefined) return this.emit(c === 'v' ? `[${common}]` : common);
    const known = ESCAPES[c];
    if (known !== undefined) return this.emit(known);
    if (c === 'g') return this.reference();
    if (c === 'Q') {
      while (this.at < this.chars.length && this.rest(2) !== '\\E') {
        this.literal(this.chars[this.at] as string);
        this.at += 1;
      }
      this.at += 2;
      return;
    }
    if (c === 'E') return;
    if (/[1-9]/.test(c)) {
      const m = /^\d*/.exec(this.rest(2))?.[0] ?? '';
      this.at += m.length;
      // The number in JavaScript is known only at the end: two private characters keep the place.
      return this.emit(`\u{f0000}${c}${m}\u{f0001}`);
    }
    if (c === 'k') {
      const m = /^(?:<(\w+)>|'(\w+)'|\{(\w+)\})/.exec(this.rest(80));
      if (!m) throw new SyntaxError('malformed \\k');
      this.at += m[0].length;
      return this.emit(`\\k<${m[1] ?? m[2] ?? m[3]}>`);
    }
    if (/[A-Za-z]/.test(c)) throw new SyntaxError(`unrecognised escape \\${c}`);
    this.literal(c);
  }

  /** `\\g1`, `\\g{1}`, `\\g{name}`, and counted backwards `\\g{-1}`. */
  private reference() {
    const m = /^(?:\{([+-]?\d+|[A-Za-z_]\w*)\}|([+-]?\d+))/.exec(this.rest(80));
    if (!m) throw new SyntaxError('malformed \\g');
    this.at += m[0].length;
    const to = m[1] ?? m[2] ?? '';
    if (/^[A-Za-z_]/.test(to)) return this.emit(`\\k<${to}>`);
    const back = this.groups.length + (to.startsWith('-') ? 1 : 0);
    const n = /^[+-]/.test(to) ? back + Number(to) : Number(to);
    if (n < 1) throw new SyntaxError('reference to non-existent subpattern');
    return this.emit(`\u{f0000}${n}\u{f0001}`);
  }

  private characterClass() {
    this.at += 1;
    let body = '';
    const negated = this.chars[this.at] === '^';
    if (negated) this.at += 1;
    let first = true;
    for (;;) {
      const c = this.chars[this.at];
      if (c === undefined) throw new SyntaxError('missing terminating ] for character class');
      if (c === ']' && !first) break;
      first = false;
      const posix = c === '[' ? /^\[:(\^?)(\w+):\]/.exec(this.rest(20)) : null;
      if (posix) {
        const name = posix[2] as string;
        const set = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
        if (!set) throw new SyntaxError('unknown POSIX class name');
        body += posix[1] ? outside(set) : set;
        this.at += posix[0].length;
        continue;
      }
      const [one, isSet] = this.classAtom();
      const dash = this.chars[this.at] === '-' && this.chars[this.at + 1] !== ']';
      if (dash && !isSet && this.at + 1 < this.chars.length) {
        this.at += 1;
        const [to, toSet] = this.classAtom();
        body += toSet ? `${one}\\-${to}` : this.caseRange(one, to);
      } else body += isSet ? one : this.caseRange(one, one);
    }
    this.at += 1;
    this.emit(`[${negated ? '^' : ''}${body}]`);
  }

  /** One character of a class as JavaScript writes it, and whether it is a set of its own. */
  private classAtom(): [string, boolean] {
    const c = this.chars[this.at] as string;
    this.at += 1;
    if (c !== '\\') return [/[\\\]^\-[/]/.test(c) ? `\\${c}` : c, false];
    const e = this.chars[this.at];
    if (e === undefined) throw new SyntaxError('\\ at end of pattern');
    this.at += 1;
    if (e === 'b') return ['\\x08', false];
    if (e === 's') return [SPACE, true];
    if (e === 'S') return [outside(SPACE), true];
    if (e === 'h') return ['\\t \\u00a0', true];
    const common = this.commonEscape(e);
    if (common !== undefined) return [common, /[dDwWpPv]/.test(e)];
    if (/[A-Za-z]/.test(e)) throw new SyntaxError(`unrecognised escape \\${e}`);
    return [/[\\\]^\-[/]/.test(e) ? `\\${e}` : e, false];
  }

  /** A range, with its other case where only part of the pattern ignores case. */
  private caseRange(from: string, to: string): string {
    const range = from === to ? from : `${from}-${to}`;
    if (!this.flags.i || this.globalCase || from.length > 1 || to.length > 1) return range;
    const flip = (c: string) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase());
    if (!LETTER.test(from) || !LETTER.test(to)) return range;
    return from === to ? range + flip(from) : `${range}${flip(from)}-${flip(to)}`;
  }
}
