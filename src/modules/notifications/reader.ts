import {
  type Format,
  formatOf,
  type Language,
  type Translate,
  translatorOf,
} from '../../platform/i18n';
import { findVersion, textIn } from '../catalogue';
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
  return {
    device,
    time: at === undefined ? '' : format.dateTime(new Date(at)),
    reason: reason ?? '',
    until: until === undefined ? '' : format.day(new Date(`${until}T12:00:00Z`)),
    course: version ? textIn(version.title, language, version.language) : '',
  };
}
