import type { Format, Language, Translate } from '../../../platform/i18n';
import type { Place } from '../place';

/** How the one who asks reads. */
export interface Reader {
  readonly t: Translate;
  readonly format: Format;
  readonly language: Language;
}

/** Props of components/progress, without its label. */
export interface ProgressBar {
  readonly value: number;
  readonly max: 100;
  readonly text: string;
}

export function toProgressBar({ progress, version }: Place, { t, format }: Reader): ProgressBar {
  const counts = {
    done: progress.modules.reduce((sum, module) => sum + module.done, 0),
    total: version.modules.reduce((sum, module) => sum + module.activities.length, 0),
  };
  const text = progress.met
    ? t('learning.progress.met')
    : t('learning.progress.left', { ...counts, time: format.minutes(progress.minutesLeft) });
  return { value: progress.percent, max: 100, text };
}
