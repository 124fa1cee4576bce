import { slicesOf } from '../../../shared/slices';
import type { Day } from '../../organisations';
import { ALL_COURSES, STATES, type State } from '../counts';
import { type ReportRow, Row } from '../model';
import { buildingNow } from '../service/fold';
import { searchedWords } from '../words';
import { figuresOf } from './figures';

export const SORTS = ['name', 'enrolled', 'active', 'quiet', 'progress', 'due'] as const;
export type Sort = (typeof SORTS)[number];

export const SHOWN_STATES = [...STATES, 'overdue'] as const;

/** What is looked for in a list; the place has been checked. */
export interface PeopleFilter {
  readonly node: string;
  readonly course?: string | undefined;
  readonly state?: State | 'overdue' | undefined;
  readonly q?: string | undefined;
  readonly sort: Sort;
  /** Only those who are still at it. */
  readonly open?: true | undefined;
}

const OPEN: readonly State[] = ['not-started', 'in-progress'];

/** Those of a list who are still at it; null where the list has none by what it asks for. */
export const openOf = (filter: PeopleFilter): PeopleFilter | null =>
  filter.state === 'completed' || filter.state === 'withdrawn' ? null : { ...filter, open: true };

/** By what a list is sorted, and which way; then by id, the same way. */
export const ORDER = {
  name: ['nameKey', 1],
  enrolled: ['enrolledOn', -1],
  active: ['lastActiveOn', -1],
  quiet: ['lastActiveOn', 1],
  progress: ['progress', 1],
  due: ['dueKey', 1],
} as const satisfies Record<Sort, readonly [keyof ReportRow, 1 | -1]>;

export const orderOf = (sort: Sort, backwards = false): Record<string, 1 | -1> => {
  const [field, way] = ORDER[sort];
  const to = backwards ? (-way as 1 | -1) : way;
  return { [field]: to, _id: to };
};

const escaped = (word: string): string => word.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

function statesOf({ state, open }: PeopleFilter) {
  if (state !== undefined && state !== 'overdue') return state;
  return open ? { $in: OPEN } : { $ne: 'withdrawn' as const };
}

export const isSearch = ({ q = '' }: PeopleFilter): boolean => q.trim() !== '';

/** What a row of the list fulfils. */
export async function conditionsOf(filter: PeopleFilter, today: Day) {
  const { current } = await buildingNow();
  // The longest first: it leaves fewest, and one of them is what an index is asked for.
  const words = searchedWords(filter.q ?? '').sort((a, b) => b.length - a.length);
  return {
    g: current,
    nodes: filter.node,
    ...(filter.course === undefined ? {} : { courseSlug: filter.course }),
    ...(filter.state === 'overdue' ? { dueKey: { $lt: today } } : {}),
    state: statesOf(filter),
    // Each word by an expression that the index of words answers: the beginning of one of them.
    ...(words.length > 0
      ? { $and: words.map((word) => ({ words: { $regex: `^${escaped(word)}` } })) }
      : {}),
    // Signs alone are nobody's name.
    ...(isSearch(filter) && words.length === 0 ? { words: { $in: [] } } : {}),
  };
}

/** Which figure says how long a list is that nobody searches in. */
const FIGURE = { all: 'enrolled', completed: 'completed', overdue: 'overdue' } as const;

/** How long a list is: from the figures where they know it, since counting reads the whole list. */
export async function lengthOf(
  filter: PeopleFilter,
  today: Day,
  conditions: Awaited<ReturnType<typeof conditionsOf>>,
): Promise<number> {
  const { node, course = ALL_COURSES, state = 'all' } = filter;
  if (
    isSearch(filter) ||
    state === 'not-started' ||
    state === 'in-progress' ||
    state === 'withdrawn'
  ) {
    return Row.countDocuments(conditions);
  }
  const [figures] = await figuresOf([{ node, course }], today);
  return figures?.[FIGURE[state]] ?? 0;
}

/** How many enrolments a list has, and how many of them are still open. */
export async function lengthsOf(
  filter: PeopleFilter,
  today: Day,
): Promise<{ total: number; open: number }> {
  const total = await lengthOf(filter, today, await conditionsOf(filter, today));
  const open = openOf(filter);
  return { total, open: open ? await Row.countDocuments(await conditionsOf(open, today)) : 0 };
}

/** The first of a list, by the ids of their enrolments. */
export async function firstOf(filter: PeopleFilter, today: Day, most: number): Promise<string[]> {
  const rows = await Row.find(await conditionsOf(filter, today), { enrolmentId: 1 })
    .sort(orderOf(filter.sort))
    .limit(most)
    .lean();
  return rows.map(({ enrolmentId }) => enrolmentId);
}

/**
 * Ids of the enrolments of a course whose people have names with words that begin like these, at
 * most so many; null when nothing was typed. By the name alone: who asks may see no address.
 */
export async function enrolmentsByName(
  courseSlug: string,
  typed: string,
  most: number,
): Promise<string[] | null> {
  if (typed.trim() === '') return null;
  const words = searchedWords(typed);
  if (words.length === 0) return [];
  const { current } = await buildingNow();
  const rows = await Row.find(
    {
      g: current,
      courseSlug,
      $and: words.flatMap((word) => [
        { words: { $regex: `^${escaped(word)}` } },
        { nameKey: { $regex: escaped(word) } },
      ]),
    },
    { enrolmentId: 1 },
  )
    .limit(most)
    .lean();
  return rows.map(({ enrolmentId }) => enrolmentId);
}

/** The enrolments of a person that lie in one of these places, the newest first. */
export async function rowsOfPerson(userId: string, nodes: readonly string[]): Promise<ReportRow[]> {
  const { current } = await buildingNow();
  return Row.find({ g: current, userId, nodes: { $in: nodes } })
    .sort({ enrolledOn: -1, _id: -1 })
    .limit(200)
    .lean<ReportRow[]>();
}

/**
 * Everything that the list has, a batch in memory at a time.
 * @throws when the read models were built anew meanwhile: what is read goes away, and a part of a
 * list must not be taken for the whole
 */
export async function* everyoneIn(filter: PeopleFilter, today: Day): AsyncGenerator<ReportRow[]> {
  const conditions = await conditionsOf(filter, today);
  const cursor = Row.find(conditions).sort(orderOf(filter.sort)).lean<ReportRow[]>().cursor({
    batchSize: 500,
  });
  yield* slicesOf(cursor, 500);
  if ((await buildingNow()).current !== conditions.g) throw new Error('The list was built anew');
}
