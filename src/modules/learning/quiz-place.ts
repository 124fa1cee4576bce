import type { Translate } from '../../platform/i18n';
import type { QuizPlace } from '../assessment';
import { onwardFrom, type Place, spotOf } from './place';

/** What the pages of a quiz need to know of an enrolment. */
export function quizPlaceOf(place: Place, activityId: string, t: Translate): QuizPlace {
  const { row, version, href } = place;
  const { module } = spotOf(version, activityId);
  const onward = onwardFrom(place, activityId);
  return {
    enrolmentId: row._id.toHexString(),
    userId: row.userId,
    activityId,
    versionId: version.id,
    base: `${href}/${activityId}`,
    language: place.language,
    course: { title: place.text(version.title), href },
    invitation:
      module.activities.at(-1)?.id === activityId
        ? { text: t('learning.feedback.invite'), href: `${href}/feedback/${module.id}` }
        : null,
    next: {
      title:
        onward.kind === 'activity'
          ? place.text(onward.activity.title)
          : t(`learning.lesson.next.${onward.kind}`),
      href: onward.href,
    },
  };
}
