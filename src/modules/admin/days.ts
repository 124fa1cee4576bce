import { DAY } from '../../shared/clock';

const MINUTE = 60_000;

/** How far a zone is ahead of UTC at a moment, in milliseconds. */
function offsetAt(timeZone: string, at: Date): number {
  const [, sign, hours = '0', minutes = '0'] =
    /GMT([+-])(\d+)(?::(\d+))?/.exec(
      new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'shortOffset' }).format(at),
    ) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE;
}

/** The moment when a day (YYYY-MM-DD) begins in a time zone. */
export function startOfDay(day: string, timeZone: string): Date {
  const utc = Date.parse(`${day}T00:00:00Z`);
  const guess = utc - offsetAt(timeZone, new Date(utc));
  return new Date(utc - offsetAt(timeZone, new Date(guess)));
}

/** The moment when a day ends: the beginning of the next one. */
export const endOfDay = (day: string, timeZone: string): Date =>
  startOfDay(new Date(Date.parse(`${day}T12:00:00Z`) + DAY).toISOString().slice(0, 10), timeZone);
