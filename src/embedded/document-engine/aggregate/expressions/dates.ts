import { exactInteger, exactLong, int, long } from '../../bson/number';
import { isNullish, isNumber, isObject } from '../../bson/types';
import { EngineError, location } from '../../errors';
import {
  addUnits,
  checked,
  dateOf,
  isoWeek,
  isoWeekStart,
  type Local,
  localOf,
  toInstant,
  truncate,
  unitIndex,
  unitOf,
  utc,
  weekdayOf,
  zoneOf,
} from './calendar';
import { type Evaluate, type Make, named, type Operators, operands, withNamed } from './common';

/** An operator of one part: of a date, or of `{ date, timezone }`. */
const part =
  (pick: (l: Local) => unknown): Make =>
  (arg, env, compile, op) => {
    let date: Evaluate;
    let zone: Evaluate = () => undefined;
    if (isObject(arg) && !Object.keys(arg)[0]?.startsWith('$')) {
      const given = named(arg, op, ['date'], ['timezone'], 40535);
      date = compile(given['date'], env);
      if (Object.hasOwn(given, 'timezone')) {
        const e = compile(given['timezone'], env);
        zone = (root) => e(root) ?? null;
      }
    } else date = compile(operands(arg, 1, 1, op)[0], env);
    return (root) => {
      const d = dateOf(date(root));
      const z = zoneOf(zone(root));
      return d && z ? pick(localOf(d, z)) : null;
    };
  };

const msOf = (l: Local): number => ((l.ms % 86_400_000) + 86_400_000) % 86_400_000;
const hour = (l: Local): number => Math.floor(msOf(l) / 3_600_000);
const minute = (l: Local): number => Math.floor(msOf(l) / 60_000) % 60;
const second = (l: Local): number => Math.floor(msOf(l) / 1000) % 60;
const millisecond = (l: Local): number => msOf(l) % 1000;

/** The week of the year from 0, weeks starting on Sunday. */
export const week = (l: Local): number => Math.floor((l.yearDay + 6 - l.weekday) / 7);
export { hour, millisecond, minute, second };

/** The zone of named arguments: a missing one means UTC, null makes the whole answer null. */
const zoneArg = (args: Record<string, unknown>) =>
  zoneOf('timezone' in args ? (args['timezone'] ?? null) : undefined);

const dateToParts = withNamed(['date'], ['timezone', 'iso8601'], (args) => {
  const zone = zoneArg(args);
  const iso = 'iso8601' in args ? args['iso8601'] : false;
  if (isNullish(iso)) return null;
  if (typeof iso !== 'boolean') throw location(40521, 'iso8601 must evaluate to a bool');
  const date = dateOf(args['date']);
  if (!date || !zone) return null;
  const l = localOf(date, zone);
  const time = {
    hour: int(hour(l)),
    minute: int(minute(l)),
    second: int(second(l)),
    millisecond: int(millisecond(l)),
  };
  if (!iso) return { year: int(l.year), month: int(l.month), day: int(l.day), ...time };
  const w = isoWeek(l);
  return { isoWeekYear: int(w.year), isoWeek: int(w.week), isoDayOfWeek: int(w.weekday), ...time };
});

const PARTS = [
  'year',
  'isoWeekYear',
  'month',
  'isoWeek',
  'day',
  'isoDayOfWeek',
  'hour',
  'minute',
  'second',
  'millisecond',
  'timezone',
];

const dateFromParts: Make = (arg, env, compile, op) => {
  const given = named(arg, op, [], PARTS, 40518);
  const iso = Object.hasOwn(given, 'isoWeekYear');
  if (!iso && !Object.hasOwn(given, 'year'))
    throw location(40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present");
  const wrong = iso ? ['year', 'month', 'day'] : ['isoWeek', 'isoDayOfWeek'];
  if (wrong.some((k) => Object.hasOwn(given, k)))
    throw location(40489, '$dateFromParts does not allow mixing natural dates with ISO dates');
  const list = Object.keys(given).map((k): [string, Evaluate] => [k, compile(given[k], env)]);
  return (root) => {
    const n: Record<string, number> = {};
    let zone = zoneOf(undefined);
    for (const [k, e] of list) {
      const v = e(root);
      if (isNullish(v)) return null;
      if (k === 'timezone') zone = zoneOf(v);
      else {
        const whole = isNumber(v) ? exactLong(v) : undefined;
        if (whole === undefined) throw location(40515, `'${k}' must evaluate to an integer`);
        const i = Number(whole);
        if (k === 'millisecond' && Math.abs(i) * 1000 > 2 ** 63)
          throw new EngineError(159, 'DurationOverflow', 'Overflow casting a duration');
        if (/ear$/.test(k) && (i < 1 || i > 9999))
          throw location(40523, `'${k}' must evaluate to an integer in the range 1 to 9999`);
        if (!/ear$|second$/.test(k) && Math.abs(i) > 32767)
          throw location(31034, `'${k}' must evaluate to a value in the range [-32768, 32767]`);
        n[k] = i;
      }
    }
    if (!zone) return null;
    const at = (k: string, otherwise: number) => n[k] ?? otherwise;
    const day = iso
      ? isoWeekStart(at('isoWeekYear', 1970), at('isoWeek', 1)) +
        (at('isoDayOfWeek', 1) - 1) * 86_400_000
      : utc(at('year', 1970), at('month', 1) - 1, at('day', 1));
    const time =
      at('hour', 0) * 3_600_000 +
      at('minute', 0) * 60_000 +
      at('second', 0) * 1000 +
      at('millisecond', 0);
    return checked(toInstant(day + time, zone));
  };
};

const moved = (sign: 1 | -1, op: string): Make =>
  withNamed(
    ['startDate', 'unit', 'amount'],
    ['timezone'],
    (args) => {
      const { startDate, unit, amount } = args;
      if (isNullish(startDate) || isNullish(unit) || isNullish(amount)) return null;
      const u = unitOf(unit, op);
      const n = isNumber(amount) ? exactInteger(amount) : undefined;
      if (n === undefined) throw location(5166405, `${op} expects integer amount of time units`);
      const zone = zoneArg(args);
      const date = dateOf(startDate, 5166403);
      return date && zone ? addUnits(date, u, sign * n, zone) : null;
    },
    5166401,
  );

const dateDiff = withNamed(
  ['startDate', 'endDate', 'unit'],
  ['timezone', 'startOfWeek'],
  (args) => {
    const { startDate, endDate, unit, startOfWeek } = args;
    if (isNullish(startDate) || isNullish(endDate) || isNullish(unit)) return null;
    const u = unitOf(unit, '$dateDiff');
    if (u === 'week' && startOfWeek === null) return null;
    const first = u === 'week' ? weekdayOf(startOfWeek, '$dateDiff') : 0;
    const zone = zoneArg(args);
    const a = dateOf(startDate, 5166307);
    const b = dateOf(endDate, 5166307);
    if (!a || !b || !zone) return null;
    return long(
      BigInt(unitIndex(localOf(b, zone), u, first) - unitIndex(localOf(a, zone), u, first)),
    );
  },
  5166301,
);

const dateTrunc = withNamed(
  ['date', 'unit'],
  ['binSize', 'timezone', 'startOfWeek'],
  (args) => {
    const { date, unit, binSize, startOfWeek } = args;
    if (isNullish(date) || isNullish(unit) || binSize === null) return null;
    const u = unitOf(unit, '$dateTrunc');
    if (u === 'week' && startOfWeek === null) return null;
    const size = binSize === undefined ? 1 : isNumber(binSize) ? exactInteger(binSize) : undefined;
    if (size === undefined)
      throw location(5439017, "$dateTrunc requires 'binSize' to be a 64-bit integer");
    if (size <= 0) throw location(5439018, "$dateTrunc requires 'binSize' to be greater than 0");
    const zone = zoneArg(args);
    const d = dateOf(date, 5439012);
    const first = u === 'week' ? weekdayOf(startOfWeek, '$dateTrunc') : 0;
    return d && zone ? truncate(d, u, size, zone, first) : null;
  },
  5439007,
);

/** Dates. */
export const DATES: Operators = {
  $year: part((l) => int(l.year)),
  $month: part((l) => int(l.month)),
  $dayOfMonth: part((l) => int(l.day)),
  $dayOfWeek: part((l) => int(l.weekday + 1)),
  $dayOfYear: part((l) => int(l.yearDay)),
  $week: part((l) => int(week(l))),
  $isoWeek: part((l) => int(isoWeek(l).week)),
  $isoWeekYear: part((l) => long(BigInt(isoWeek(l).year))),
  $isoDayOfWeek: part((l) => int(isoWeek(l).weekday)),
  $hour: part((l) => int(hour(l))),
  $minute: part((l) => int(minute(l))),
  $second: part((l) => int(second(l))),
  $millisecond: part((l) => int(millisecond(l))),
  $dateToParts: dateToParts,
  $dateFromParts: dateFromParts,
  $dateAdd: moved(1, '$dateAdd'),
  $dateSubtract: moved(-1, '$dateSubtract'),
  $dateDiff: dateDiff,
  $dateTrunc: dateTrunc,
};
