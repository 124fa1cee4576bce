import { isLanguage, LANGUAGE_NAMES } from '../../../platform/i18n';
import type { CourseListing } from '../queries';
import type { SearchQuery } from '../schemas';
import { FILTERS, type Filter, type Found, LENGTHS, searchCourses } from '../search';
import { skillName } from '../skills';
import { LEVELS } from '../types';
import { type CourseCard, type Reader, toCourseCard } from './card';

const PAGE_SIZE = 12;
/** The most that the list of skills offers. */
const MAX_SKILLS = 20;

interface Option {
  readonly value: string;
  readonly text: string;
  readonly count: number;
}

/** What views/catalogue/list.ejs shows. */
export interface ListPage {
  readonly words: string;
  readonly total: number;
  readonly courses: readonly CourseCard[];
  readonly page: number;
  readonly pages: number;
  readonly pageHref: (page: number) => string;
  readonly filters: readonly {
    readonly name: Filter;
    readonly legend: string;
    readonly value: readonly string[];
    readonly options: readonly Option[];
  }[];
  /** What narrows the list now, each with the address without it. */
  readonly chips: readonly { readonly text: string; readonly href: string }[];
  readonly clearHref: string;
  /** Filters to keep when other words are searched. */
  readonly hidden: Readonly<Record<Filter, readonly string[]>>;
  /** True when there is no course at all. */
  readonly empty: boolean;
}

function addressOf(query: Partial<SearchQuery>, page = 1): string {
  const search = new URLSearchParams();
  if (query.q) search.set('q', query.q);
  for (const filter of FILTERS) {
    for (const value of query[filter] ?? []) search.append(filter, value);
  }
  if (page > 1) search.set('page', String(page));
  const text = search.toString();
  return text === '' ? '/courses' : `/courses?${text}`;
}

function nameOf(filter: Filter, value: string, { t }: Reader): string {
  switch (filter) {
    case 'language':
      return isLanguage(value) ? LANGUAGE_NAMES[value] : value;
    case 'skill':
      return skillName(value, t);
    default:
      return t(`catalogue.${filter}.${value}`);
  }
}

/** The values of a filter that lead somewhere, and those that are chosen. */
function optionsOf(
  filter: Filter,
  counts: Found['counts'],
  chosen: readonly string[],
  reader: Reader,
): Option[] {
  const found = counts[filter];
  const known: Record<Filter, readonly string[]> = {
    level: LEVELS,
    length: LENGTHS,
    language: Object.keys(LANGUAGE_NAMES),
    skill: [...new Set([...found.keys(), ...chosen])]
      .sort((a, b) => (found.get(b) ?? 0) - (found.get(a) ?? 0) || a.localeCompare(b, 'en'))
      .slice(0, MAX_SKILLS),
  };
  return known[filter]
    .map((value) => ({
      value,
      text: nameOf(filter, value, reader),
      count: found.get(value) ?? 0,
    }))
    .filter(({ value, count }) => count > 0 || chosen.includes(value));
}

export function toListPage(
  courses: readonly CourseListing[],
  query: SearchQuery,
  reader: Reader,
): ListPage {
  const found = searchCourses(courses, { ...query, words: query.q });
  const total = found.courses.length;
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const page = Math.min(query.page, pages);
  const shown = found.courses.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const chips = FILTERS.flatMap((filter) =>
    query[filter].map((value) => ({
      text: nameOf(filter, value, reader),
      href: addressOf({ ...query, [filter]: query[filter].filter((each) => each !== value) }),
    })),
  );
  return {
    words: query.q,
    total,
    courses: shown.map((course) => toCourseCard(course, reader)),
    page,
    pages,
    pageHref: (target) => addressOf(query, target),
    filters: FILTERS.map((name) => ({
      name,
      legend: reader.t(`catalogue.list.${name}`),
      value: query[name],
      options: optionsOf(name, found.counts, query[name], reader),
    })).filter(({ options, value }) => options.length > 1 || value.length > 0),
    chips: [
      ...(query.q === '' ? [] : [{ text: `“${query.q}”`, href: addressOf({ ...query, q: '' }) }]),
      ...chips,
    ],
    clearHref: '/courses',
    hidden: {
      level: query.level,
      length: query.length,
      language: query.language,
      skill: query.skill,
    },
    empty: courses.length === 0,
  };
}
