import { EngineError } from '../../errors';
import { checked, HOUR, MINUTE, MONTHS, toInstant, utc, type Zone, zoneOf } from './calendar';

export const unreadable = (text: string): EngineError =>
  new EngineError(241, 'ConversionFailure', `Error parsing date string '${text}'`);

/** Whether the calendar has this day and the clock this time: nothing is carried over. */
export const isValid = (year: number, month: number, day: number, h = 0, m = 0, s = 0): boolean => {
  if (month < 1 || month > 12 || day < 1 || h > 23 || m > 59 || s > 59) return false;
  return new Date(utc(year, month - 1, day)).getUTCDate() === day;
};

/** Hours that a zone's short name stands for; a single letter is a military zone. */
const SHORT_ZONES: Record<string, number> = {
  UTC: 0,
  GMT: 0,
  BST: 1,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  JST: 9,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};
const MILITARY = 'YXWVUTSRQPONZABCDEFGHIKLM';

const ZONE = /\s*(?:(?:UTC|GMT)?([+-]\d{1,2})(?::?(\d{2}))?|([A-Z]+))$/i;
const TIME =
  /(?:[T\s]+|^)(\d{1,2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?\s*([ap]\.?m\.?)?$/i;

const DATES: [RegExp, (m: string[]) => (string | undefined)[]][] = [
  // year, month, day
  [/^(\d{4})[-/]?(\d{1,2})[-/]?(\d{1,2})$/, (m) => [m[1], m[2], m[3]]],
  [/^(\d{4})-?([a-z]{3,9})-?(\d{1,2})$/i, (m) => [m[1], m[2], m[3]]],
  [/^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})$/, (m) => [m[3], m[1], m[2]]],
  [/^(\d{1,2})[-.](\d{1,2})[-.](\d{4})$/, (m) => [m[3], m[2], m[1]]],
  [/^(\d{1,2})(?:st|nd|rd|th)?[\s.-]*([a-z]{3,9})[\s.,-]*(\d{4})$/i, (m) => [m[3], m[2], m[1]]],
  [/^([a-z]{3,9})[\s.-]*(\d{1,2})(?:st|nd|rd|th)?[\s.,-]+(\d{4})$/i, (m) => [m[3], m[1], m[2]]],
];

/** The number of a month by its English name or the first three letters of it; 0 where it is none. */
export function monthByName(name: string): number {
  const wanted = name.toLowerCase();
  return MONTHS.findIndex((x) => [x, x.slice(0, 3)].some((n) => n.toLowerCase() === wanted)) + 1;
}

/** The offset in milliseconds that a text ends with, and the text before it. */
function cutZone(text: string): { rest: string; offset: number | undefined } {
  const m = ZONE.exec(text);
  const rest = m ? text.slice(0, m.index) : text;
  // A number with a sign is a zone only behind a time: "2017-07-04" ends with a day.
  if (m?.[1] && (/:\d|[T\s]\d{4,6}(?:\.\d+)?$|T\d{2}$/.test(rest) || /(UTC|GMT)[+-]/i.test(m[0]))) {
    const minutes = Math.abs(Number(m[1])) * 60 + Number(m[2] ?? 0);
    return { rest, offset: (m[1].startsWith('-') ? -1 : 1) * minutes * MINUTE };
  }
  const name = m?.[3]?.toUpperCase() ?? '';
  const letter = name.length === 1 && /\d$/.test(rest.trimEnd()) ? MILITARY.indexOf(name) : -1;
  const hours = letter >= 0 ? letter - 12 : SHORT_ZONES[name];
  return hours === undefined ? { rest: text, offset: undefined } : { rest, offset: hours * HOUR };
}

/** The offset that a format's `%z` has read. */
export function offsetOf(zone: string, text: string): number {
  const { rest, offset } = cutZone(`T00:00 ${zone.trim()}`);
  if (offset === undefined || rest !== 'T00:00') throw unreadable(text);
  return offset;
}

/** No date is longer: the patterns below would take a time that grows with the square of it. */
const LONGEST = 128;

/** Reads a date without a format: ISO 8601 and what is close to it, or English month names. */
export function parseDate(text: string, zone: Zone | undefined): Date {
  const bare = text.trim();
  if (bare.length > LONGEST) throw unreadable(text.slice(0, LONGEST));
  const trimmed = bare.replace(/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[\s,]+/i, '');
  const { rest, offset } = cutZone(trimmed.replace(/\s+noon$/i, ' 12:00'));
  const named = rest.replace(/\s+midnight$/i, ' 00:00').trim();
  // A day and a year alone look like a time too, so the whole is tried as a date first.
  const whole = readDay(named);
  const t = whole ? null : TIME.exec(named);
  const day = whole ?? (t ? readDay(named.slice(0, t.index).trim().replace(/,$/, '')) : null);
  if (!day || (offset !== undefined && zone)) throw unreadable(text);
  const [n, half] = [(i: number) => Number(t?.[i] ?? 0), t?.[5]?.[0]?.toLowerCase()];
  if (t && t[2] === undefined && !half && !/T/i.test(t[0])) throw unreadable(text);
  if (half && (n(1) < 1 || n(1) > 12)) throw unreadable(text);
  const hour = half ? (n(1) % 12) + (half === 'p' ? 12 : 0) : n(1);
  if (!isValid(day[0], day[1], day[2], hour, n(2), n(3))) throw unreadable(text);
  const ms = Math.floor(Number(`0.${t?.[4] ?? 0}`) * 1000 + 1e-6);
  const local = utc(day[0], day[1] - 1, day[2], hour, n(2), n(3), ms);
  return checked(offset === undefined ? toInstant(local, zone ?? utcZone) : local - offset);
}

const utcZone = zoneOf(undefined) as Zone;

function readDay(text: string): [number, number, number] | null {
  for (const [pattern, parts] of DATES) {
    const m = pattern.exec(text);
    if (!m) continue;
    const [year = '', month = '', day = ''] = parts([...m]);
    const short = year.length === 2;
    const y = Number(year) + (short ? (Number(year) < 70 ? 2000 : 1900) : 0);
    return [y, /\d/.test(month) ? Number(month) : monthByName(month), Number(day)];
  }
  return null;
}
