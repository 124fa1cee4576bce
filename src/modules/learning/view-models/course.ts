import type { ActivityResult } from '../../assessment';
import { type Place, spotOf } from '../place';
import { canWithdraw } from '../policy';
import { nextActivity } from '../progress';
import { type LanguageChoice, toLanguageChoices } from './lesson';
import { type OutlineModule, toOutline } from './outline';
import { type ProgressBar, type Reader, toProgressBar } from './progress';

/** Quizzes that are still needed and take no attempt any more. */
export const closedQuizzes = (place: Place, results: readonly ActivityResult[]): Set<string> =>
  new Set(
    results
      .filter(
        ({ activityId, attemptsLeft, open }) =>
          attemptsLeft === 0 && !open && place.progress.needed.has(activityId),
      )
      .map(({ activityId }) => activityId),
  );

export interface CoursePage {
  readonly title: string;
  readonly textLang: string;
  readonly status: 'active' | 'completed' | 'over' | 'not-begun';
  readonly progress: ProgressBar;
  readonly outline: readonly OutlineModule[];
  readonly primary: {
    readonly label: string;
    readonly href: string;
    readonly title: string;
  } | null;
  /** Titles of quizzes without attempts left, without which the course cannot be completed. */
  readonly closed: readonly string[];
  readonly languages: readonly LanguageChoice[];
  readonly languageAction: string;
  readonly path: string;
  readonly finishedHref: string | null;
  readonly withdrawHref: string | null;
  readonly enrolAction: string;
}

const STANDING = {
  active: 'active',
  completed: 'completed',
  withdrawn: 'over',
  expired: 'over',
  invited: 'not-begun',
  waiting: 'not-begun',
} as const;

export function toCoursePage(
  place: Place,
  results: readonly ActivityResult[],
  reader: Reader,
): CoursePage {
  const { row, version, progress, href } = place;
  const closed = closedQuizzes(place, results);
  const status = STANDING[row.status];
  const next =
    status === 'active' ? nextActivity(version, progress, row.lastActivityId, closed) : null;
  const begun = row.lastActivityId !== null;
  return {
    title: place.text(version.title),
    textLang: place.langOf(version.title),
    status,
    progress: toProgressBar(place, reader),
    outline: toOutline(place, null, reader.t('learning.feedback.invite')),
    primary: next
      ? {
          label: reader.t(begun ? 'learning.course.continue' : 'learning.course.start'),
          href: `${href}/${next}`,
          title: place.text(spotOf(version, next).activity.title),
        }
      : null,
    closed: [...closed].map((id) => place.text(spotOf(version, id).activity.title)),
    languages: toLanguageChoices(version.languages, place.langOf(version.title)),
    languageAction: `${href}/language`,
    path: href,
    finishedHref: row.status === 'completed' ? `${href}/finished` : null,
    withdrawHref: canWithdraw(row) ? `${href}/withdraw` : null,
    enrolAction: `/courses/${row.courseSlug}/enrol`,
  };
}
