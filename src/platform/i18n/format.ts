import { BoundedCache } from '../../shared/bounded-cache';
import { now } from '../../shared/clock';
import { LANGUAGE_TAGS, type Language } from './languages';

/** Dates and numbers in a person's language; dates in the site's time zone. */
export interface Format {
  /** 21 November 2026 */
  date(value: Date): string;
  /** As `date`, for a day that has no time of its own: a date at noon UTC. */
  day(value: Date): string;
  /** 21 Nov 2026, 3:04 pm */
  dateTime(value: Date): string;
  number(value: number, fractionDigits?: number): string;
  /** `value` from 0 to 100. */
  percent(value: number): string;
  /** A length of time given in minutes: 2 hrs 5 mins. */
  minutes(value: number): string;
  /** 3 days ago */
  relative(value: Date): string;
  /** The name of a language in this language. */
  language(code: string): string;
  list(values: readonly string[]): string;
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

function make(language: Language, timeZone: string): Format {
  const tag = LANGUAGE_TAGS[language];
  const date = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone });
  const day = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' });
  const dateTime = new Intl.DateTimeFormat(tag, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  });
  const number = new Intl.NumberFormat(tag);
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 });
  const unit = (name: string) =>
    new Intl.NumberFormat(tag, { style: 'unit', unit: name, unitDisplay: 'short' });
  const hour = unit('hour');
  const minute = unit('minute');
  // The outline of a course says one for each of its pages.
  const lengths = new BoundedCache<number, string>(1_000);
  const inMinutes = (value: number): string => {
    const hours = Math.floor(value / 60);
    const rest = Math.round(value % 60);
    if (hours === 0) return minute.format(rest);
    return rest === 0 ? hour.format(hours) : `${hour.format(hours)} ${minute.format(rest)}`;
  };
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
  const languages = new Intl.DisplayNames(tag, { type: 'language' });
  const list = new Intl.ListFormat(tag, { type: 'conjunction' });
  return {
    date: (value) => date.format(value),
    day: (value) => day.format(value),
    dateTime: (value) => dateTime.format(value),
    number: (value, fractionDigits) =>
      fractionDigits === undefined
        ? number.format(value)
        : new Intl.NumberFormat(tag, { maximumFractionDigits: fractionDigits }).format(value),
    percent: (value) => percent.format(value / 100),
    minutes: (value) => {
      let text = lengths.get(value);
      if (text === undefined) {
        text = inMinutes(value);
        lengths.set(value, text);
      }
      return text;
    },
    relative: (value) => {
      const seconds = (value.getTime() - now().getTime()) / 1000;
      const [name, size] = STEPS.find(([, each]) => Math.abs(seconds) >= each) ?? ['minute', 60];
      return relative.format(Math.round(seconds / size), name);
    },
    language: (code) => languages.of(code) ?? code,
    list: (values) => list.format(values),
  };
}

const cache = new Map<string, Format>();

export function formatOf(language: Language, timeZone: string): Format {
  const key = `${language} ${timeZone}`;
  let format = cache.get(key);
  if (!format) {
    format = make(language, timeZone);
    cache.set(key, format);
  }
  return format;
}
