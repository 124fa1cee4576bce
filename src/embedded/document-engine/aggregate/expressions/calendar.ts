import type { ObjectId, Timestamp } from 'bson';
import { isNullish, T, typeOf } from '../../bson/types';
import { EngineError, failedToParse, location } from '../../errors';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );

/** The offset of a zone at an instant, in milliseconds. */
export type Zone = (instant: number) => number;

const UTC: Zone = () => 0;
const zones = new Map<string, Zone>();

/** A zone by its Olson name or as an offset such as "+08:00", "-0330" or "+08". */
export function zoneOf(v: unknown): Zone | null {
  if (v === undefined) return UTC;
  if (v === null) return null;
  if (typeof v !== 'string') throw location(40517, 'timezone must evaluate to a string');
  const offset = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(v);
  if (offset) {
    const ms = Number(offset[2]) * HOUR + Number(offset[3] ?? 0) * MINUTE;
    return () => (offset[1] === '-' ? -ms : ms);
  }
  if (v === 'UTC' || v === 'GMT' || v === 'Z') return UTC;
  const known = zones.get(v);
  if (known) return known;
  const made = olson(v);
  zones.set(v, made);
  return made;
}

function olson(name: string): Zone {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    });
    // MongoDB looks names up as they are written, JavaScript in any case.
    const own = format.resolvedOptions().timeZone;
    if (!/^[A-Z]/.test(name) || (own !== name && own.toLowerCase() === name.toLowerCase()))
      throw new RangeError(name);
  } catch {
    throw location(40485, `unrecognized time zone identifier: "${name}"`);
  }
  // Offsets change on the quarter hour at the most, so one answer serves for fifteen minutes.
  const cache = new Map<number, number>();
  return (instant) => {
    const quarter = Math.floor(instant / (15 * MINUTE));
    const hit = cache.get(quarter);
    if (hit !== undefined) return hit;
    const p: Record<string, string> = {};
    const at = quarter * 15 * MINUTE;
    for (const { type, value } of format.formatToParts(at)) p[type] = value;
    const year = p['era'] === 'BC' ? 1 - Number(p['year']) : Number(p['year']);
    const n = (k: string) => Number(p[k]);
    const local = utc(year, n('month') - 1, n('day'), n('hour'), n('minute'), n('second'), 0);
    if (cache.size > 5000) cache.clear();
    cache.set(quarter, local - at);
    return local - at;
  };
}

/** An instant from parts in UTC; parts beyond their range carry over. */
export function utc(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  ms = 0,
): number {
  const d = new Date(0);
  d.setUTCFullYear(year, month, day);
  return d.getTime() + hour * HOUR + minute * MINUTE + second * 1000 + ms;
}

/** The instant at which the clocks of a zone show a local time. */
export function toInstant(local: number, zone: Zone): number {
  const first = local - zone(local);
  return local - zone(first) === first ? first : local - zone(local - zone(first));
}

/** A date, or what holds one: an ObjectId or a Timestamp. */
export function dateOf(v: unknown, code = 16006): Date | null {
  if (isNullish(v)) return null;
  switch (typeOf(v)) {
    case T.date:
      return v as Date;
    case T.objectId:
      return (v as ObjectId).getTimestamp();
    case T.timestamp:
      return new Date(((v as Timestamp).high >>> 0) * 1000);
    default:
      throw location(code, "can't convert from BSON type to Date");
  }
}

export function checked(ms: number): Date {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) {
    throw new EngineError(15, 'Overflow', 'date is out of range');
  }
  return new Date(ms);
}

export interface Local {
  /** The local time as if it were UTC. */
  ms: number;
  year: number;
  month: number;
  day: number;
  weekday: number;
  yearDay: number;
}

export function localOf(date: Date, zone: Zone): Local {
  const ms = date.getTime() + zone(date.getTime());
  const d = new Date(ms);
  const year = d.getUTCFullYear();
  const yearDay = Math.floor((ms - utc(year, 0, 1)) / DAY) + 1;
  return {
    ms,
    year,
    month: d.getUTCMonth() + 1,
    day: d.getUTCDate(),
    weekday: d.getUTCDay(),
    yearDay,
  };
}

/** ISO 8601: weeks start on Monday, and week 1 has the year's first Thursday. */
export function isoWeek(l: Local): { year: number; week: number; weekday: number } {
  const weekday = l.weekday === 0 ? 7 : l.weekday;
  const thursday = new Date(Math.floor(l.ms / DAY) * DAY + (4 - weekday) * DAY);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - utc(year, 0, 1)) / DAY / 7) + 1, weekday };
}

/** The Monday of an ISO week. */
export function isoWeekStart(year: number, week: number): number {
  const fourth = utc(year, 0, 4);
  const weekday = new Date(fourth).getUTCDay() || 7;
  return fourth + (1 - weekday + (week - 1) * 7) * DAY;
}

const UNITS = [
  'year',
  'quarter',
  'month',
  'week',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
] as const;
export type Unit = (typeof UNITS)[number];

export const FIXED: Partial<Record<Unit, number>> = {
  hour: HOUR,
  minute: MINUTE,
  second: 1000,
  millisecond: 1,
};

export function unitOf(v: unknown, op: string): Unit {
  if (typeof v !== 'string') throw location(5439013, `${op} requires 'unit' to be a string`);
  const unit = UNITS.find((u) => u === v);
  if (!unit) throw failedToParse(`${op}: unknown time unit value: ${v}`);
  return unit;
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** The number of a weekday, Sunday 0; Sunday where none is named. */
export function weekdayOf(v: unknown, op: string): number {
  if (v === undefined) return 0;
  if (typeof v !== 'string') throw location(5439015, `${op} requires 'startOfWeek' to be a string`);
  const name = v.toLowerCase();
  const i = WEEKDAYS.findIndex((w) => w === name || w.slice(0, 3) === name);
  if (i < 0) throw failedToParse(`${op}: unknown day of week value: ${v}`);
  return i;
}

/** A date moved by whole units; a month that is too short gives its last day. */
export function addUnits(date: Date, unit: Unit, amount: number, zone: Zone): Date {
  const fixed = FIXED[unit];
  if (fixed) return checked(date.getTime() + amount * fixed);
  const l = localOf(date, zone);
  let ms: number;
  if (unit === 'day' || unit === 'week') ms = l.ms + amount * (unit === 'week' ? 7 : 1) * DAY;
  else {
    const months = amount * (unit === 'year' ? 12 : unit === 'quarter' ? 3 : 1);
    const first = utc(l.year, l.month - 1 + months, 1);
    const f = new Date(first);
    const last = new Date(utc(f.getUTCFullYear(), f.getUTCMonth() + 1, 0)).getUTCDate();
    ms = first + (Math.min(l.day, last) - 1) * DAY + (((l.ms % DAY) + DAY) % DAY);
  }
  return checked(toInstant(ms, zone));
}

/** The number of a unit's boundaries before a local time: the difference of two counts them between. */
export function unitIndex(l: Local, unit: Unit, startOfWeek: number): number {
  switch (unit) {
    case 'year':
      return l.year;
    case 'quarter':
      return l.year * 4 + Math.floor((l.month - 1) / 3);
    case 'month':
      return l.year * 12 + l.month - 1;
    case 'week':
      // 1970-01-01 was a Thursday (4).
      return Math.floor((Math.floor(l.ms / DAY) + 4 - startOfWeek) / 7);
    case 'day':
      return Math.floor(l.ms / DAY);
    default:
      return Math.floor(l.ms / (FIXED[unit] ?? 1));
  }
}

/** The start of the bin of `size` units that an instant lies in; bins are counted from 2000. */
export function truncate(
  date: Date,
  unit: Unit,
  size: number,
  zone: Zone,
  startOfWeek: number,
): Date {
  const l = localOf(date, zone);
  const origin = localOf(new Date(utc(2000, 0, 1)), UTC);
  const bin = (n: number) => Math.floor(n / size) * size;
  if (unit === 'year' || unit === 'quarter' || unit === 'month') {
    const n = unitIndex(l, unit, 0) - unitIndex(origin, unit, 0);
    const months = bin(n) * (unit === 'year' ? 12 : unit === 'quarter' ? 3 : 1);
    return checked(toInstant(utc(2000, months, 1), zone));
  }
  if (unit === 'day' || unit === 'week') {
    // 2000-01-01 was a Saturday (6): the first week starts on the next start of a week.
    const first = unit === 'week' ? origin.ms + ((startOfWeek - 6 + 7) % 7) * DAY : origin.ms;
    const length = (unit === 'week' ? 7 : 1) * DAY;
    return checked(toInstant(first + bin(Math.floor((l.ms - first) / length)) * length, zone));
  }
  const fixed = FIXED[unit] ?? 1;
  const start = toInstant(origin.ms, zone);
  return checked(start + bin(Math.floor((date.getTime() - start) / fixed)) * fixed);
}
