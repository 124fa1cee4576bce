import { type Day, noonOf } from '../../organisations';
import type { State } from '../counts';
import type { ReportRow } from '../model';
import type { Place } from '../policy';
import { coursesAt } from '../queries/figures';
import type { PeoplePage } from '../queries/pages';
import { SHOWN_STATES, SORTS } from '../queries/people';
import type { PeoplePageQuery, PeopleQuery } from '../schemas';
import { address, courseName, homesWithin, placeName, type Reader } from './reader';

const BADGE: Record<State | 'overdue', { color: string; icon: string }> = {
  'not-started': { color: 'neutral', icon: 'circle' },
  'in-progress': { color: 'info', icon: 'circle-dot' },
  completed: { color: 'success', icon: 'check' },
  withdrawn: { color: 'neutral', icon: 'log-out' },
  overdue: { color: 'danger', icon: 'clock-alert' },
};

/** `overdue` for what is open after its day. */
export const shownState = (row: ReportRow, today: Day): State | 'overdue' =>
  row.dueKey < today ? 'overdue' : row.state;

export const badgeOf = (state: State | 'overdue', { t }: Reader) => ({
  ...BADGE[state],
  text: t(`reporting.state.${state}`),
});

export const dayText = (day: Day | null, { format }: Reader): string =>
  day === null ? '' : format.day(noonOf(day));

/** The filters of a list as its address carries them. */
export const queryOf = ({ page: _page, after: _a, before: _b, ...query }: PeoplePageQuery) => ({
  ...query,
  sort: query.sort === 'name' ? undefined : query.sort,
});

async function filtersOf(query: PeopleQuery, slugs: readonly string[], reader: Reader) {
  const { t } = reader;
  const courses = [];
  for (const slug of slugs) courses.push({ value: slug, text: await courseName(slug, reader) });
  const any = { value: '', text: t('reporting.filter.any') };
  return [
    {
      name: 'state',
      legend: t('reporting.column.state'),
      several: false,
      value: query.state ?? '',
      options: [
        any,
        ...SHOWN_STATES.map((state) => ({ value: state, text: t(`reporting.state.${state}`) })),
      ],
    },
    {
      name: 'course',
      legend: t('reporting.column.course'),
      several: false,
      value: query.course ?? '',
      options: [any, ...courses],
    },
    {
      name: 'sort',
      legend: t('reporting.filter.sort'),
      several: false,
      value: query.sort,
      options: SORTS.map((sort) => ({ value: sort, text: t(`reporting.sort.${sort}`) })),
    },
  ];
}

/** The first and the last page by their number, those beside this one by the people at its edges. */
function pageHrefOf(
  { rows, page: own, pages }: PeoplePage,
  filters: Parameters<typeof address>[1],
) {
  return (page: number): string => {
    const beside = page !== 1 && page !== pages;
    return address('/staff/people', {
      ...filters,
      page: page === 1 ? undefined : page,
      after: beside && page === own + 1 ? rows.at(-1)?.enrolmentId : undefined,
      before: beside && page === own - 1 ? rows[0]?.enrolmentId : undefined,
    });
  };
}

/** What views/reporting/people.ejs shows. */
export async function toPeoplePage(
  place: Place,
  query: PeoplePageQuery,
  list: PeoplePage,
  reader: Reader,
  today: Day,
) {
  const { t } = reader;
  const homes = await homesWithin(
    list.rows.flatMap((row) => row.homes),
    [place.part],
    reader,
  );
  const slugs = await coursesAt(place.node);
  const rows = [];
  for (const row of list.rows) {
    rows.push({
      enrolmentId: row.enrolmentId,
      name: row.name,
      href: address(`/staff/people/${row.userId}`, { node: place.node }),
      course: await courseName(row.courseSlug, reader),
      badge: badgeOf(shownState(row, today), reader),
      progress: reader.format.percent(row.progress),
      due: dayText(row.openDueOn, reader),
      active: dayText(row.lastActiveOn, reader),
      homes: row.homes.flatMap((id) => homes.get(id) ?? []).join(', '),
    });
  }
  const filters = queryOf({ ...query, node: place.node });
  const { q: _q, ...hidden } = filters;
  return {
    place: placeName(place.organisation, reader),
    words: query.q ?? '',
    hidden: Object.fromEntries(Object.entries(hidden).filter(([, value]) => value !== undefined)),
    filters: await filtersOf(query, slugs, reader),
    active: [query.state, query.course].filter(Boolean).length,
    clearHref: address('/staff/people', { node: place.node, q: query.q }),
    total: list.total,
    many: list.many,
    page: list.page,
    pages: list.pages,
    pageHref: pageHrefOf(list, filters),
    // Where the acts on those who are chosen lead back to.
    back: address('/staff/people', {
      ...filters,
      page: list.page,
      after: query.after,
      before: query.before,
    }),
    // For an act on everyone in it.
    list: address('', filters).slice(1),
    saveHref: address('/staff/views/new', filters),
    exports: (['xlsx', 'csv'] as const).map((ending) => ({
      text: t(`reporting.export.${ending}`),
      href: address(`/staff/people.${ending}`, filters),
    })),
    isFiltered: Boolean(query.q ?? query.state ?? query.course),
    // Where there is one course, its name in each row says nothing.
    severalCourses: query.course === undefined && slugs.length > 1,
    rows,
    labels: {
      course: t('reporting.column.course'),
      state: t('reporting.column.state'),
      progress: t('reporting.column.progress'),
      due: t('reporting.column.due'),
      active: t('reporting.column.active'),
      homes: t('reporting.column.organisation'),
    },
  };
}
