import { languageOf, textIn } from '../localised';
import type { CourseListing } from '../queries';
import { skillName } from '../skills';
import type { Localised } from '../types';
import { type CourseCard, metaOf, type Reader } from './card';

/** Where the reader stands in the course; null: a stranger, or not enrolled. */
export interface EnrolmentState {
  readonly enrolmentId: string;
  readonly status: string;
}

/** What views/catalogue/course.ejs shows. */
export interface CoursePage {
  readonly title: string;
  readonly summary: string;
  /** Language of the course's own words on this page. */
  readonly lang: string;
  readonly meta: CourseCard['meta'];
  readonly cover: { readonly url: string; readonly width: number; readonly height: number } | null;
  readonly outcomes: readonly string[];
  readonly audience: string;
  readonly modules: readonly {
    readonly title: string;
    readonly summary: string;
    readonly minutes: number;
    readonly items: readonly {
      readonly title: string;
      readonly kind: string;
      readonly minutes: number;
    }[];
  }[];
  readonly facts: readonly { readonly term: string; readonly text: string }[];
  readonly skills: readonly { readonly text: string; readonly href: string }[];
  readonly certificate: string;
  readonly action:
    | { readonly kind: 'enrol'; readonly href: string }
    /** To be signed in first; then the person is back here. */
    | { readonly kind: 'signIn'; readonly href: string }
    | { readonly kind: 'continue' | 'completed'; readonly href: string };
}

/** Statuses in which the course can be read. */
const OPEN = ['invited', 'waiting', 'active'];

function actionOf(
  slug: string,
  signedIn: boolean,
  enrolment: EnrolmentState | null,
): CoursePage['action'] {
  if (!signedIn) return { kind: 'signIn', href: `/sign-in?returnTo=/courses/${slug}` };
  if (enrolment?.status === 'completed') {
    return { kind: 'completed', href: `/learn/${enrolment.enrolmentId}` };
  }
  if (enrolment && OPEN.includes(enrolment.status)) {
    return { kind: 'continue', href: `/learn/${enrolment.enrolmentId}` };
  }
  return { kind: 'enrol', href: `/courses/${slug}/enrol` };
}

export function toCoursePage(
  course: CourseListing,
  reader: Reader & {
    readonly signedIn: boolean;
    readonly enrolment: EnrolmentState | null;
    /** Name of the organisation that awards the certificate; null when it is not known here. */
    readonly provider: string | null;
  },
): CoursePage {
  const { t, format, language, provider } = reader;
  const text = (localised: Localised) => textIn(localised, language, course.language);
  const modules = course.modules.map((module) => ({
    title: text(module.title),
    summary: text(module.summary),
    minutes: module.activities.reduce((sum, { minutes }) => sum + minutes, 0),
    items: module.activities.map(({ title, kind, minutes }) => ({
      title: text(title),
      kind,
      minutes,
    })),
  }));
  const lessons = course.modules
    .flatMap(({ activities }) => activities)
    .filter(({ kind }) => kind === 'lesson').length;
  const trainers = format.list(course.trainers.map(({ name }) => name));
  const { cover } = course;
  return {
    title: text(course.title),
    summary: text(course.summary),
    lang: languageOf(course.title, language, course.language),
    meta: metaOf(course, reader),
    cover:
      cover?.width && cover.height
        ? { url: cover.url, width: cover.width, height: cover.height }
        : null,
    outcomes: course.outcomes.map(text),
    audience: text(course.audience),
    modules,
    facts: [
      {
        term: t('catalogue.course.parts'),
        text: t('catalogue.course.partsText', { modules: modules.length, lessons }),
      },
      { term: t('catalogue.course.trainers', { count: course.trainers.length }), text: trainers },
      ...(provider === null ? [] : [{ term: t('catalogue.course.provider'), text: provider }]),
      ...(course.licence === null
        ? []
        : [{ term: t('catalogue.course.licence'), text: course.licence }]),
    ],
    skills: course.skills.map((skill) => ({
      text: skillName(skill, t),
      href: `/courses?skill=${encodeURIComponent(skill)}`,
    })),
    certificate: t(
      course.certificate.showMark
        ? 'catalogue.course.certificateMark'
        : 'catalogue.course.certificateText',
      { hours: course.certificate.hours },
    ),
    action: actionOf(course.courseSlug, reader.signedIn, reader.enrolment),
  };
}
