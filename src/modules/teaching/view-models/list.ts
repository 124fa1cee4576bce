import type { TaughtCourse } from '../../catalogue';
import { type CourseHead, hrefOf, toBadge } from './course';
import { type Reader, wordsIn } from './reader';

const ON_A_PAGE = 20;

export interface ListPage {
  readonly q: string;
  readonly total: number;
  readonly courses: readonly {
    readonly href: string;
    readonly title: string;
    readonly lang: string;
    readonly version: string;
    readonly badge: CourseHead['badge'];
    readonly draft: boolean;
  }[];
  readonly page: number;
  readonly pages: number;
}

/** Pages of a trainer's courses, by title; `q` finds words of the title or of the slug. */
export function toListPage(
  all: readonly TaughtCourse[],
  query: { q: string; page: number },
  reader: Reader,
): ListPage {
  const wanted = query.q.toLowerCase();
  const found = all
    .map((course) => ({ course, ...wordsIn(course.title, reader, course) }))
    .filter(({ course, text }) => `${text} ${course.slug}`.toLowerCase().includes(wanted))
    .sort((a, b) => a.text.localeCompare(b.text, reader.language));
  const pages = Math.max(1, Math.ceil(found.length / ON_A_PAGE));
  const page = Math.min(query.page, pages);
  return {
    q: query.q,
    total: all.length,
    courses: found
      .slice((page - 1) * ON_A_PAGE, page * ON_A_PAGE)
      .map(({ course, text, lang }) => ({
        href: hrefOf(course),
        title: text,
        lang,
        version: course.published
          ? reader.t('teaching.version.name', { number: course.published.number ?? 0 })
          : '',
        badge: toBadge(course, reader),
        draft: course.draft !== null && course.published !== null,
      })),
    page,
    pages,
  };
}
