import { actHref } from '../../../platform/bulk';
import { NotFound } from '../../../platform/errors';
import { type Exchange, type FormState, type Route, route } from '../../../platform/http';
import { findPeople } from '../../accounts';
import { findVersion, listVersions, type TaughtCourse } from '../../catalogue';
import { countByVersion, movablePage, participantsOf } from '../../learning';
import { enrolmentsByName } from '../../reporting';
import { courseOf, TRAINER } from '../policy';
import { moveSumOf } from '../results/move-sums';
import { CourseParams, MoveForm, MoveQuery, PeopleQuery } from '../schemas';
import { movePeople } from '../service/move-people';
import { hrefOf, toHead } from '../view-models/course';
import { toMovePage, toPeopleRows } from '../view-models/people';
import { type Reader, readerOf } from '../view-models/reader';
import { crumbs } from './crumbs';

const ON_A_PAGE = 25;
/** More people than this of one name are not told apart by it. */
const MOST_FOUND = 2_000;

/** Older versions in which people are on their way. */
async function movesOf(course: TaughtCourse, { t }: Reader) {
  const older = (await listVersions(course.slug)).filter(({ id }) => id !== course.published?.id);
  const counts = await countByVersion(older.map(({ id }) => id));
  return older.flatMap(({ id, number }) => {
    const count = counts.get(id)?.active ?? 0;
    if (count === 0) return [];
    const version = t('teaching.version.name', { number: number ?? 0 });
    return [
      {
        text: t('teaching.move.offer', { count, version }),
        href: `${hrefOf(course)}/move?from=${id}`,
      },
    ];
  });
}

async function showMove(
  exchange: Exchange<typeof TRAINER>,
  request: { slug: string; from: string; page: number },
  form?: FormState,
): Promise<void> {
  const { t } = exchange;
  const reader = readerOf(exchange);
  const course = await courseOf(exchange.actor, request.slug);
  const from = await findVersion(request.from);
  const to = course.published && (await findVersion(course.published.id));
  if (from?.courseSlug !== course.slug || !to || from.number >= to.number) throw new NotFound();
  const sum = await moveSumOf(course.slug, from.id, to.id);
  const page = Math.min(request.page, Math.max(1, Math.ceil(sum.people / ON_A_PAGE)));
  const range = { skip: (page - 1) * ON_A_PAGE, limit: ON_A_PAGE };
  const rows = await movablePage(from.id, to.id, range);
  const names = await findPeople(rows.map(({ userId }) => userId));
  const errors = (form?.faults ?? []).map(({ field, messageKey, values }) => ({
    field,
    text: t(messageKey, values),
  }));
  const options = { base: hrefOf(course), page, size: ON_A_PAGE, errors };
  const view = toMovePage(course, { from, to }, { sum, rows, names }, options, reader);
  exchange.page('teaching/move', view, {
    title: view.title,
    active: 'teach',
    breadcrumbs: crumbs(reader, course, t('teaching.move.crumb')),
    ...(errors.length > 0 ? { status: 422 } : {}),
  });
}

export const peopleRoutes = (): Route[] => [
  route({
    method: 'get',
    path: '/teach/courses/:slug/people',
    access: TRAINER,
    schemas: { params: CourseParams, query: PeopleQuery },
    handler: async (exchange) => {
      const { query, t } = exchange;
      const reader = readerOf(exchange);
      const course = await courseOf(exchange.actor, exchange.params.slug);
      const only = await enrolmentsByName(course.slug, query.q, MOST_FOUND);
      const { people, total } = await participantsOf(
        course.slug,
        { ...(query.status ? { status: query.status } : {}), ...(only ? { only } : {}) },
        { skip: (query.page - 1) * ON_A_PAGE, limit: ON_A_PAGE },
      );
      const names = await findPeople(people.map(({ userId }) => userId));
      const head = toHead(course, 'people', reader);
      exchange.page(
        'teaching/people',
        {
          head,
          q: query.q,
          status: query.status ?? '',
          action: `${hrefOf(course)}/people`,
          rows: toPeopleRows(people, names, reader),
          total,
          page: query.page,
          pages: Math.max(1, Math.ceil(total / ON_A_PAGE)),
          moves: await movesOf(course, reader),
        },
        {
          title: t('teaching.people.title', { title: head.title }),
          active: 'teach',
          breadcrumbs: crumbs(reader, course, t('teaching.tab.people')),
        },
      );
    },
  }),
  route({
    method: 'get',
    path: '/teach/courses/:slug/move',
    access: TRAINER,
    schemas: { params: CourseParams, query: MoveQuery },
    handler: (exchange) => showMove(exchange, { ...exchange.params, ...exchange.query }),
  }),
  route({
    method: 'post',
    path: '/teach/courses/:slug/move',
    access: TRAINER,
    schemas: { params: CourseParams, body: MoveForm },
    handler: async (exchange) => {
      const { actor, body, params } = exchange;
      const { actId } = await movePeople({
        actor,
        slug: params.slug,
        fromId: body.from,
        toId: body.to,
        chosen: body.who === 'all' ? null : body.chosen,
      });
      exchange.redirect(actHref(actId));
    },
    invalid: (exchange, form) =>
      showMove(
        exchange,
        { ...exchange.params, from: String(form.values['from'] ?? ''), page: 1 },
        form,
      ),
  }),
];
