import {
  type Format,
  formatOf,
  type Language,
  type Translate,
  translatorOf,
} from '../../platform/i18n';
import { findVersion, textIn } from '../catalogue';
import { enrollingWords } from './enrolling-notice';
import type { NoticeValues } from './model';

/** Someone who reads a notice: their language and what goes with it. */
export interface Reader {
  language: Language;
  t: Translate;
  format: Format;
}

export const readerIn = (language: Language, timeZone: string): Reader => ({
  language,
  t: translatorOf(language),
  format: formatOf(language, timeZone),
});

/** The values of a notice as words in the reader's language. */
export async function wordsOf(
  values: NoticeValues,
  { language, t, format }: Reader,
): Promise<Record<string, string>> {
  const { versionId, browser, system, at, reason, until } = values;
  const version = versionId === undefined ? null : await findVersion(versionId);
  const device =
    browser && system
      ? t('notifications.device.name', { browser, system })
      : (browser ?? system ?? t('notifications.device.unknown'));
  const figure = (value: string | undefined) => (value === undefined ? '' : format.number(+value));
  const course = version ? textIn(version.title, language, version.language) : '';
  return {
    report: values['report'] ?? '',
    day: values['day'] === undefined ? '' : format.day(new Date(`${values['day']}T12:00:00Z`)),
    enrolled: figure(values['enrolled']),
    active: figure(values['active']),
    completed: figure(values['completed']),
    overdue: figure(values['overdue']),
    device,
    time: at === undefined ? '' : format.dateTime(new Date(at)),
    reason: reason ?? '',
    until: until === undefined ? '' : format.day(new Date(`${until}T12:00:00Z`)),
    course,
    ...(await enrollingWords(values, course, { language, t, format })),
  };
}
