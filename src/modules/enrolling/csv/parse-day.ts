import { type Day, isDay } from '../../organisations';

/** 2027-03-31, 31/3/2027, 31.03.2027 or 31-03-2027 as a day; null for anything else. */
export function parseDay(text: string): Day | null {
  const [, day = '', month = '', year = ''] =
    /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text.trim()) ?? [];
  const written =
    year === '' ? text.trim() : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(written) ? written : null;
}
