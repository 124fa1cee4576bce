import { isLanguage, LANGUAGE_NAMES } from '../../../platform/i18n';
import type { LessonActivity } from '../../catalogue';
import { onwardFrom, type Place, type Spot } from '../place';
import { canLearn } from '../policy';
import { type OutlineModule, toOutline } from './outline';
import { type ProgressBar, type Reader, toProgressBar } from './progress';

export interface LanguageChoice {
  readonly code: string;
  readonly name: string;
  readonly current: boolean;
}

/** A choice only where there is one. Each language is named in itself. */
export const toLanguageChoices = (
  codes: readonly string[],
  current: string,
): readonly LanguageChoice[] =>
  codes.length < 2
    ? []
    : codes.map((code) => ({
        code,
        name: isLanguage(code) ? LANGUAGE_NAMES[code] : code,
        current: code === current,
      }));

export interface LessonPage {
  readonly title: string;
  readonly textLang: string;
  readonly html: string;
  readonly position: string;
  readonly minutes: number;
  readonly progress: ProgressBar;
  readonly outline: readonly OutlineModule[];
  readonly languages: readonly LanguageChoice[];
  readonly languageAction: string;
  readonly path: string;
  readonly viewed: boolean;
  readonly viewedAction: string;
  /** Where one says how the module was, on its last page. */
  readonly feedbackHref: string | null;
  readonly backHref: string;
  readonly nextHref: string;
  readonly nextLabel: string;
}

export function toLessonPage(
  place: Place,
  spot: Spot & { activity: LessonActivity },
  reader: Reader,
): LessonPage {
  const { activity, module, number, count, previous } = spot;
  const path = `${place.href}/${activity.id}`;
  const onward = onwardFrom(place, activity.id);
  const textLang = place.langOf(activity.html);
  const record = place.row.done.find(({ activityId }) => activityId === activity.id);
  return {
    title: place.text(activity.title),
    textLang,
    html: place.text(activity.html),
    position: reader.t('learning.lesson.position', {
      module: place.text(module.title),
      number,
      count,
    }),
    minutes: activity.minutes,
    progress: toProgressBar(place, reader),
    outline: toOutline(place, activity.id),
    languages: toLanguageChoices(Object.keys(activity.html), textLang),
    languageAction: `${place.href}/language`,
    path,
    viewed: record?.viewed === true || !canLearn(place.row),
    viewedAction: `${path}/viewed`,
    feedbackHref:
      module.activities.at(-1)?.id === activity.id ? `${place.href}/feedback/${module.id}` : null,
    backHref: previous ? `${place.href}/${previous.id}` : place.href,
    nextHref: onward.href,
    nextLabel: reader.t(`learning.lesson.next.${onward.kind}`),
  };
}
