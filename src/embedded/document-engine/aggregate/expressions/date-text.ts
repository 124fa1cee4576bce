import { isNullish } from '../../bson/types';
import { EngineError, location } from '../../errors';
import { execGuarded } from '../../match/regex';
import {
  checked,
  DAY,
  dateOf,
  HOUR,
  isoWeek,
  isoWeekStart,
  type Local,
  localOf,
  MINUTE,
  MONTHS,
  toInstant,
  utc,
  type Zone,
  zoneOf,
} from './calendar';
import { type Make, named, type Operators } from './common';
import { hour, millisecond, minute, second, week } from './dates';
import { isValid, monthByName, offsetOf, parseDate, unreadable } from './parse-date';

const pad = (n: number, width: number): string => String(Math.abs(n)).padStart(width, '0');

function offsetText(ms: number): string {
  const m = Math.abs(ms) / MINUTE;
  return `${ms < 0 ? '-' : '+'}${pad(Math.floor(m / 60), 2)}${pad(m % 60, 2)}`;
}

const WRITERS: Record<string, (l: Local, offset: number) => string> = {
  '%': () => '%',
  b: (l) => (MONTHS[l.month - 1] as string).slice(0, 3),
  B: (l) => MONTHS[l.month - 1] as string,
  d: (l) => pad(l.day, 2),
  G: (l) => pad(isoWeek(l).year, 4),
  H: (l) => pad(hour(l), 2),
  j: (l) => pad(l.yearDay, 3),
  L: (l) => pad(millisecond(l), 3),
  m: (l) => pad(l.month, 2),
  M: (l) => pad(minute(l), 2),
  S: (l) => pad(second(l), 2),
  u: (l) => String(isoWeek(l).weekday),
  U: (l) => pad(week(l), 2),
  V: (l) => pad(isoWeek(l).week, 2),
  w: (l) => String(l.weekday + 1),
  Y: (l) => pad(l.year, 4),
  z: (_l, offset) => offsetText(offset),
  Z: (_l, offset) => String(offset / MINUTE),
};

/** Writes a date by a format such as "%Y-%m-%d". */
function formatDate(date: Date, format: string, zone: Zone): string {
  const l = localOf(date, zone);
  if (l.year < 0 || l.year > 9999)
    throw location(
      18537,
      'Could not convert date to string: date component was outside the supported range of 0-9999',
    );
  return format.replace(/%(.?)/gs, (_, c: string) => {
    const write = WRITERS[c];
    if (!write)
      throw location(c === '' ? 18535 : 18536, `Invalid format character '%${c}' in format string`);
    return write(l, l.ms - date.getTime());
  });
}

const DEFAULT = '%Y-%m-%dT%H:%M:%S.%LZ';
const DEFAULT_LOCAL = '%Y-%m-%dT%H:%M:%S.%L';

const dateToString: Make = (arg, env, compile, op) => {
  const given = named(arg, op, ['date'], ['format', 'timezone', 'onNull'], 18534);
  const get = (k: string) => (Object.hasOwn(given, k) ? compile(given[k], env) : undefined);
  const date = get('date');
  const format = get('format');
  const zoneText = get('timezone');
  const onNull = get('onNull');
  return (root) => {
    const f = format?.(root);
    if (format && !isNullish(f) && typeof f !== 'string')
      throw location(18533, "$dateToString requires that 'format' be a string");
    const z = zoneText?.(root);
    const zone = zoneOf(zoneText ? (z ?? null) : undefined);
    const d = dateOf(date?.(root));
    if (!d) return onNull ? onNull(root) : null;
    if (!zone || (format && isNullish(f))) return null;
    const local = zoneText !== undefined && z !== 'UTC' && z !== 'GMT' && z !== 'Z';
    return formatDate(d, typeof f === 'string' ? f : local ? DEFAULT_LOCAL : DEFAULT, zone);
  };
};

const READERS: Record<string, [string, string]> = {
  b: ['[A-Za-z]{3}', 'monthName'],
  B: ['[A-Za-z]+', 'monthName'],
  d: ['\\d{1,2}', 'day'],
  G: ['\\d{1,4}', 'isoYear'],
  H: ['\\d{1,2}', 'hour'],
  j: ['\\d{1,3}', 'yearDay'],
  L: ['\\d{1,3}', 'ms'],
  m: ['\\d{1,2}', 'month'],
  M: ['\\d{1,2}', 'minute'],
  S: ['\\d{1,2}', 'second'],
  u: ['[1-7]', 'isoWeekday'],
  V: ['\\d{1,2}', 'isoWeek'],
  Y: ['\\d{1,4}', 'year'],
  z: [' *(?:[+-]\\d{2}(?::?\\d{2})?|[A-Za-z]+(?:[+-]\\d{2}(?::?\\d{2})?)?)', 'offset'],
  Z: ['[+-]?\\d+', 'minutes'],
};

/** What a text of any length can be read as. */
const OPEN = new Set(['monthName', 'offset', 'minutes']);

/** Reads a date by a format. */
function parseByFormat(
  text: string,
  format: string,
  zone: Zone | undefined,
  maxRegexMs: number,
): Date {
  const names: string[] = [];
  const pattern = format.replace(/%(.?)|[^%]+/gs, (all, c: string | undefined) => {
    if (c === undefined) return all.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    if (c === '%') return '%';
    const reader = READERS[c];
    if (!reader) throw location(18536, `Invalid format character '%${c}' in format string`);
    names.push(reader[1]);
    return `(${reader[0]})`;
  });
  const reader = new RegExp(`^${pattern}$`);
  // Many parts of any length side by side can be tried in very many ways.
  const open = names.filter((name) => OPEN.has(name)).length;
  const tame = open < 2 && names.length <= 8;
  const m = tame ? reader.exec(text) : execGuarded(reader, text, maxRegexMs);
  if (!m) throw unreadable(text);
  const p: Record<string, string> = {};
  names.forEach((name, i) => {
    p[name] = m[i + 1] as string;
  });
  const n = (k: string, otherwise: number) => (p[k] === undefined ? otherwise : Number(p[k]));
  const month = p['monthName'] === undefined ? n('month', 1) : monthByName(p['monthName']);
  const time = [n('hour', 0), n('minute', 0), n('second', 0)] as const;
  if (!isValid(n('year', 2000), month, n('day', 1), ...time)) throw unreadable(text);
  const iso = ['isoYear', 'isoWeek', 'isoWeekday'].some((k) => p[k] !== undefined);
  const natural = ['year', 'month', 'monthName', 'day', 'yearDay'].some((k) => p[k] !== undefined);
  if (p[iso ? 'isoYear' : 'year'] === undefined || (iso && natural)) throw unreadable(text);
  const day = iso
    ? isoWeekStart(n('isoYear', 1970), n('isoWeek', 1)) + (n('isoWeekday', 1) - 1) * DAY
    : p['yearDay'] !== undefined
      ? utc(n('year', 1970), 0, n('yearDay', 1))
      : utc(n('year', 1970), month - 1, n('day', 1));
  const local =
    day + n('hour', 0) * HOUR + n('minute', 0) * MINUTE + n('second', 0) * 1000 + n('ms', 0);
  if (p['offset'] !== undefined || p['minutes'] !== undefined) {
    if (zone) throw unreadable(text);
    const offset = p['offset'] ? offsetOf(p['offset'], text) : n('minutes', 0) * MINUTE;
    return checked(local - offset);
  }
  return checked(toInstant(local, zone ?? (() => 0)));
}

const dateFromString: Make = (arg, env, compile, op) => {
  const given = named(arg, op, ['dateString'], ['format', 'timezone', 'onNull', 'onError'], 40541);
  const get = (k: string) => (Object.hasOwn(given, k) ? compile(given[k], env) : undefined);
  const [text, format, zoneText, onNull, onError] = [
    'dateString',
    'format',
    'timezone',
    'onNull',
    'onError',
  ].map(get);
  return (root) => {
    const s = text?.(root);
    const z = zoneText?.(root);
    const f = format?.(root);
    if (format && !isNullish(f) && typeof f !== 'string')
      throw location(40684, "$dateFromString requires that 'format' be a string");
    if (isNullish(s)) return onNull ? onNull(root) : null;
    if ((zoneText && isNullish(z)) || (format && isNullish(f))) return null;
    try {
      if (typeof s !== 'string') throw unreadable(String(s));
      const zone = zoneText ? (zoneOf(z) ?? undefined) : undefined;
      return typeof f === 'string' ? parseByFormat(s, f, zone, env.maxRegexMs) : parseDate(s, zone);
    } catch (e) {
      if (onError && e instanceof EngineError && e.code === 241) return onError(root);
      throw e;
    }
  };
};

/** Dates to and from texts. */
export const DATE_TEXTS: Operators = {
  $dateToString: dateToString,
  $dateFromString: dateFromString,
};
