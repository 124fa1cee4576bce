import type { ActivityResult } from '../../assessment';
import { type Place, spotOf } from '../place';
import { nextActivity } from '../progress';
import type { EnrolmentPage } from '../queries';
import type { CertificateState } from './certificate';
import { closedQuizzes } from './course';
import { type ProgressBar, type Reader, toProgressBar } from './progress';

export interface HomePage {
  /** First on the page: where one was. */
  readonly going: {
    readonly title: string;
    readonly course: string;
    readonly href: string;
    readonly eyebrow: string;
    readonly progress: ProgressBar;
  } | null;
  /** Completed while one was away, and not yet told. */
  readonly news: readonly { readonly course: string; readonly href: string }[];
  readonly left: readonly CourseCard[];
  readonly finished: readonly FinishedCourse[];
  readonly leftPages: { readonly page: number; readonly pages: number };
  readonly finishedPages: { readonly page: number; readonly pages: number };
}

interface CourseCard {
  readonly title: string;
  readonly lang: string;
  readonly href: string;
  readonly cover: string | null;
  readonly progress: ProgressBar;
}

interface FinishedCourse {
  readonly title: string;
  readonly lang: string;
  readonly href: string;
  readonly completedOn: string;
  /** null while the certificate is being made. */
  readonly certificateHref: string | null;
}

const toCard = (place: Place, reader: Reader): CourseCard => ({
  title: place.text(place.version.title),
  lang: place.langOf(place.version.title),
  href: place.href,
  cover: place.version.cover?.url ?? null,
  progress: toProgressBar(place, reader),
});

function toGoing(place: Place, results: readonly ActivityResult[], reader: Reader) {
  const { row, version, progress, href } = place;
  const next = nextActivity(version, progress, row.lastActivityId, closedQuizzes(place, results));
  const course = place.text(version.title);
  const begun = row.lastActivityId !== null || row.done.length > 0;
  return {
    title: next ? place.text(spotOf(version, next).activity.title) : course,
    course,
    href: next ? `${href}/${next}` : href,
    eyebrow: reader.t(begun ? 'learning.home.continue' : 'learning.home.begin'),
    progress: toProgressBar(place, reader),
  };
}

export interface HomeInput {
  readonly active: { readonly page: EnrolmentPage; readonly places: readonly Place[] };
  readonly completed: { readonly page: EnrolmentPage; readonly places: readonly Place[] };
  /** Quiz results of the first active enrolment. */
  readonly results: readonly ActivityResult[];
  readonly certificates: ReadonlyMap<string, CertificateState>;
}

export function toHomePage(input: HomeInput, reader: Reader): HomePage {
  const { active, completed, results, certificates } = input;
  const first = active.page.page === 1 ? active.places[0] : undefined;
  return {
    going: first ? toGoing(first, results, reader) : null,
    news: completed.places
      .filter(({ row }) => row.finishSeenAt === null)
      .map((place) => ({
        course: place.text(place.version.title),
        href: `${place.href}/finished`,
      })),
    left: active.places.filter((place) => place !== first).map((place) => toCard(place, reader)),
    finished: completed.places.map((place) => {
      const certificate = certificates.get(place.row._id.toHexString());
      return {
        title: place.text(place.version.title),
        lang: place.langOf(place.version.title),
        href: place.href,
        completedOn: reader.format.date(place.row.completedAt ?? place.row.lastSeenAt),
        certificateHref: certificate?.ready ? `/certificates/${certificate.id}` : null,
      };
    }),
    leftPages: { page: active.page.page, pages: active.page.pages },
    finishedPages: { page: completed.page.page, pages: completed.page.pages },
  };
}
