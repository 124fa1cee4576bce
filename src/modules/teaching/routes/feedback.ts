import { NotFound } from '../../../platform/errors';
import { type Route, route } from '../../../platform/http';
import { findPeople } from '../../accounts';
import { findVersion, textIn } from '../../catalogue';
import { type Feedback, feedbackOn } from '../../learning';
import { courseOf, TRAINER } from '../policy';
import { CourseParams, FeedbackQuery } from '../schemas';
import { hrefOf, toHead } from '../view-models/course';
import { type Reader, readerOf } from '../view-models/reader';
import { crumbs } from './crumbs';

const ON_A_PAGE = 20;

async function toItems(items: readonly Feedback[], { t, format, language }: Reader) {
  const signed = items.flatMap(({ signedBy }) => signedBy ?? []);
  const names = await findPeople(signed);
  return Promise.all(
    items.map(async ({ moduleId, versionId, text, signedBy, at }) => {
      const version = await findVersion(versionId);
      const title = version?.modules.find(({ id }) => id === moduleId)?.title ?? {};
      return {
        paragraphs: text.split(/\n+/),
        by: signedBy
          ? (names.get(signedBy)?.name ?? t('teaching.people.gone'))
          : t('teaching.feedback.anonymous'),
        meta: t('teaching.feedback.meta', {
          module: textIn(title, language, version?.language ?? 'en'),
          number: version?.number ?? 0,
          // A moment to the minute could tell who it was.
          when: format.date(at),
        }),
      };
    }),
  );
}

/** What learners wrote, without names unless they signed. */
export const feedbackRoutes = (): Route[] => [
  route({
    method: 'get',
    path: '/teach/courses/:slug/feedback',
    access: TRAINER,
    schemas: { params: CourseParams, query: FeedbackQuery },
    handler: async (exchange) => {
      const { query, t } = exchange;
      const reader = readerOf(exchange);
      const course = await courseOf(exchange.actor, exchange.params.slug);
      const shown = course.published && (await findVersion(course.published.id));
      const modules = shown?.modules ?? [];
      const module = query.module === '' ? null : query.module;
      if (module !== null && !modules.some(({ id }) => id === module)) throw new NotFound();
      const range = { skip: (query.page - 1) * ON_A_PAGE, limit: ON_A_PAGE };
      const { items, total } = await feedbackOn(course.slug, module, range);
      const head = toHead(course, 'feedback', reader);
      const base = `${hrefOf(course)}/feedback`;
      exchange.page(
        'teaching/feedback',
        {
          head,
          base,
          module: module ?? '',
          modules: [
            { text: t('teaching.feedback.all'), href: base, current: module === null },
            ...modules.map(({ id, title }) => ({
              text: textIn(title, reader.language, course.language),
              href: `${base}?module=${id}`,
              current: id === module,
            })),
          ],
          items: await toItems(items, reader),
          total,
          page: query.page,
          pages: Math.max(1, Math.ceil(total / ON_A_PAGE)),
        },
        {
          title: t('teaching.feedback.title', { title: head.title }),
          active: 'teach',
          breadcrumbs: crumbs(reader, course, t('teaching.tab.feedback')),
        },
      );
    },
  }),
];
