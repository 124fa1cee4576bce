/** A day without a time, YYYY-MM-DD: such texts sort as the days do. */
export type Day = string;

/** The day that it is in a time zone at `at`. */
export function dayIn(timeZone: string, at: Date): Day {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
    formats.set(timeZone, format);
  }
  return format.format(at);
}

/** Making one takes longer than all the rest, and there are as many as time zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** True for a day that exists. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);

/** A moment in the middle of the day, which is that day in every inhabited zone but the farthest. */
export const noonOf = (day: Day): Date => new Date(`${day}T12:00:00Z`);
