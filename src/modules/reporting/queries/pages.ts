import type { Day } from '../../organisations';
import { ALL_COURSES } from '../counts';
import { type ReportRow, Row } from '../model';
import { figuresOf } from './figures';
import { conditionsOf, isSearch, lengthOf, ORDER, orderOf, type PeopleFilter } from './people';

/** Which page, and beside which enrolment it lies: so its cost does not grow with its number. */
export interface PageAsked {
  readonly number: number;
  readonly size: number;
  /** Id of the last enrolment of the page before. */
  readonly after?: string | undefined;
  /** Id of the first enrolment of the page that follows. */
  readonly before?: string | undefined;
}

export interface PeoplePage {
  readonly rows: readonly ReportRow[];
  readonly total: number;
  readonly pages: number;
  /** The number of this page: another than the one asked for when that one is not there. */
  readonly page: number;
  /** A search found more than `total`: only so many are listed. */
  readonly many: boolean;
}

/** Nobody pages through more that a search has found; one more letter leaves fewer. */
const MOST_FOUND = 1_000;
/** So many rows are passed over for a page that was asked for by its number alone. */
const MOST_PASSED = 2_500;
/** A place with fewer people is read whole sooner than the words of the site. */
const SMALL = 5_000;

const WORDS_INDEX = { g: 1, words: 1 } as const;

type Conditions = Awaited<ReturnType<typeof conditionsOf>>;

/** Rows that fulfil a further condition too, in the order of the list or against it. */
const read = (
  conditions: Conditions,
  more: object,
  order: Record<string, 1 | -1>,
  limit: number,
): Promise<ReportRow[]> =>
  Row.find({ $and: [conditions, more] })
    .sort(order)
    .limit(limit)
    .lean<ReportRow[]>();

/**
 * The rows next to an enrolment: first those that are equal to it, then those beyond, so that each
 * read begins in its index where the page begins. Null when it is not in the list any more.
 */
async function beside(
  conditions: Conditions,
  { sort, node }: PeopleFilter,
  { id, backwards, size }: { id: string; backwards: boolean; size: number },
): Promise<ReportRow[] | null> {
  const [field] = ORDER[sort];
  const order = orderOf(sort, backwards);
  const place = await Row.findOne({ _id: `${conditions.g}:${id}`, nodes: node }, { [field]: 1 })
    .lean<Pick<ReportRow, '_id' | typeof field>>()
    .exec();
  if (!place) return null;
  const value = place[field];
  const past = order['_id'] === 1 ? '$gt' : '$lt';
  const steps: object[] = [{ [field]: value, _id: { [past]: place._id } }];
  // Who has no such day comes before all days.
  if (value !== null) steps.push({ [field]: { [past]: value } });
  if (value !== null && past === '$lt') steps.push({ [field]: null });
  if (value === null && past === '$gt') steps.push({ [field]: { $gt: '' } });
  const rows: ReportRow[] = [];
  for (const step of steps) {
    if (rows.length < size) rows.push(...(await read(conditions, step, order, size - rows.length)));
  }
  return backwards ? rows.reverse() : rows;
}

async function rowsOf(
  conditions: Conditions,
  filter: PeopleFilter,
  asked: PageAsked,
  { total, pages }: { total: number; pages: number },
): Promise<{ rows: ReportRow[]; page: number }> {
  const { size, after, before } = asked;
  const id = after ?? before;
  const page = Math.min(asked.number, pages);
  if (id !== undefined) {
    const backwards = after === undefined;
    const rows = await beside(conditions, filter, { id, backwards, size });
    if (rows && rows.length > 0) return { rows, page };
  }
  if (page === pages && page > 1) {
    // The last one is read from the end.
    const left = total - (pages - 1) * size;
    const rows = await read(conditions, {}, orderOf(filter.sort, true), left);
    return { rows: rows.reverse(), page };
  }
  const near = Math.min(page, Math.floor(MOST_PASSED / size));
  const rows = await Row.find(conditions)
    .sort(orderOf(filter.sort))
    .skip((near - 1) * size)
    .limit(size)
    .lean<ReportRow[]>();
  return { rows, page: near };
}

/** Those whose words fit, as far as they are listed. */
async function found(
  conditions: Conditions,
  filter: PeopleFilter,
  today: Day,
  asked: PageAsked,
): Promise<PeoplePage> {
  const [figures] = await figuresOf([{ node: filter.node, course: ALL_COURSES }], today);
  const hint = (figures?.enrolled ?? 0) > SMALL ? { hint: WORDS_INDEX } : {};
  const total = await Row.countDocuments(conditions, hint).limit(MOST_FOUND);
  const pages = Math.max(1, Math.ceil(total / asked.size));
  const page = Math.min(asked.number, pages);
  const rows = await Row.aggregate<ReportRow>(
    [
      { $match: conditions },
      { $limit: MOST_FOUND },
      { $sort: orderOf(filter.sort) },
      { $skip: (page - 1) * asked.size },
      { $limit: asked.size },
    ],
    hint,
  );
  return { rows, total, pages, page, many: total === MOST_FOUND };
}

/** A page of a list and how long the whole is. */
export async function listPeople(
  filter: PeopleFilter,
  today: Day,
  asked: PageAsked,
): Promise<PeoplePage> {
  const conditions = await conditionsOf(filter, today);
  if (isSearch(filter)) return found(conditions, filter, today, asked);
  const total = await lengthOf(filter, today, conditions);
  const pages = Math.max(1, Math.ceil(total / asked.size));
  const { rows, page } = await rowsOf(conditions, filter, asked, { total, pages });
  return { rows, total, pages, page, many: false };
}
