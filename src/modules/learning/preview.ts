import type { Exchange } from '../../platform/http';
import type { QuizPlace } from '../assessment';
import { type LessonActivity, languageOf, type PublishedVersion, textIn } from '../catalogue';
import { Enrolment, type EnrolmentRow } from './model';
import { onwardFrom, type Place, type Spot, spotOf } from './place';
import { progressOf } from './progress';
import { quizPlaceOf } from './quiz-place';
import { type CoursePage, toCoursePage } from './view-models/course';
import { type LessonPage, toLessonPage } from './view-models/lesson';
import type { Reader } from './view-models/progress';

/** A version as someone sees it who has just enrolled, without anyone being enrolled. */
export interface Preview {
  /** For views/learning/course.ejs. */
  course(reader: Reader): CoursePage;
  /** @throws NotFound */
  spot(activityId: string): Spot;
  /** For views/learning/lesson.ejs. */
  lesson(spot: Spot & { activity: LessonActivity }, reader: Reader): LessonPage;
  quiz(activityId: string, t: Exchange['t']): QuizPlace;
  /** Where "next" leads from an activity. */
  onward(activityId: string): string;
  text: Place['text'];
}

/** An enrolment that is not kept: what the model says of a new one. */
const nobody = (version: PublishedVersion, language: string): EnrolmentRow =>
  new Enrolment({
    courseSlug: version.courseSlug,
    versionId: version.id,
    status: 'active',
    via: 'self',
    enrolledAt: version.publishedAt,
    lastSeenAt: version.publishedAt,
    language,
    done: [],
    revision: 0,
  }).toObject();

/** @param href path under which the preview is mounted */
export function previewOf(version: PublishedVersion, language: string, href: string): Preview {
  const place: Place = {
    row: nobody(version, language),
    version,
    progress: progressOf(version, []),
    href,
    language,
    text: (text) => textIn(text, language, version.language),
    langOf: (text) => languageOf(text, language, version.language),
  };
  return {
    // There is nothing to leave.
    course: (reader) => ({ ...toCoursePage(place, [], reader), withdrawHref: null }),
    spot: (activityId) => spotOf(version, activityId),
    // Nobody is asked how it was.
    lesson: (spot, reader) => ({ ...toLessonPage(place, spot, reader), feedbackHref: null }),
    quiz: (activityId, t) => ({ ...quizPlaceOf(place, activityId, t), invitation: null }),
    onward: (activityId) => onwardFrom(place, activityId).href,
    text: place.text,
  };
}
