import { ALL_COURSES, countId, TOTALS } from '../../src/modules/reporting/counts';
import { Count, NEVER_DUE, type ReportRow, Row } from '../../src/modules/reporting/model';
import { listPeople, type PageAsked } from '../../src/modules/reporting/queries/pages';
import { orderOf, type PeopleFilter, SORTS } from '../../src/modules/reporting/queries/people';
import { useApp } from '../support/app';

useApp();

const NODE = 'a'.repeat(24);
const LARGE = 'b'.repeat(24);
const TODAY = '2026-05-05';
const SIZE = 10;
const PEOPLE = 57;

/** Many are equal in what they are sorted by, and some were never active. */
const rowOf = (i: number, node: string): ReportRow => ({
  _id: `1:${node.slice(0, 18)}${String(i).padStart(6, '0')}`,
  g: 1,
  enrolmentId: `${node.slice(0, 18)}${String(i).padStart(6, '0')}`,
  userId: String(i).padStart(24, '0'),
  name: `Tan ${i % 7}`,
  nameKey: `tan ${i % 7}`,
  email: `p${i}@example.org`,
  words: ['tan', String(i % 7), `p${i}`],
  courseSlug: i % 2 === 0 ? 'first' : 'second',
  nodes: ['*', node],
  homes: [node],
  state: i % 19 === 0 ? 'withdrawn' : 'in-progress',
  enrolledOn: `2026-01-0${1 + (i % 3)}`,
  completedOn: null,
  dueOn: null,
  openDueOn: null,
  dueKey: i % 4 === 0 ? '2026-06-01' : NEVER_DUE,
  lastActiveOn: i % 3 === 0 ? null : `2026-02-0${1 + (i % 5)}`,
  weeks: [],
  progress: (i % 4) * 25,
  mark: null,
  certificateId: null,
  certifiedOn: null,
});

const shown = (_: ReportRow, i: number) => i % 19 !== 0;

async function put(node: string, rows: ReportRow[]): Promise<void> {
  await Row.collection.insertMany(rows as never[]);
  await Count.create({
    _id: countId(1, node, ALL_COURSES, TOTALS),
    g: 1,
    n: { enrolled: rows.filter(({ state }) => state !== 'withdrawn').length },
  });
}

const ask = (filter: Partial<PeopleFilter>, asked: Partial<PageAsked>) =>
  listPeople({ node: NODE, sort: 'name', ...filter }, TODAY, { number: 1, size: SIZE, ...asked });

const idsOf = ({ rows }: { rows: readonly ReportRow[] }) => rows.map((row) => row.enrolmentId);

beforeAll(async () => {
  await put(
    NODE,
    Array.from({ length: PEOPLE }, (_, i) => rowOf(i, NODE)),
  );
});

test.each(SORTS)('sorted by %s, next and previous lead through all of it, once', async (sort) => {
  const whole = await Row.find({ nodes: NODE, state: { $ne: 'withdrawn' } })
    .sort(orderOf(sort))
    .lean<ReportRow[]>();
  const ids = whole.map(({ enrolmentId }) => enrolmentId);
  const all = Array.from({ length: PEOPLE }, (_, i) => rowOf(i, NODE)).filter(shown);
  expect([...ids].sort()).toEqual(all.map(({ enrolmentId }) => enrolmentId).sort());

  const pages = [idsOf(await ask({ sort }, {}))];
  const count = Math.ceil(ids.length / SIZE);
  for (let number = 2; number <= count; number += 1) {
    const after = pages.at(-1)?.at(-1);
    pages.push(idsOf(await ask({ sort }, { number, after })));
  }
  expect(pages.flat()).toEqual(ids);
  for (let number = count - 1; number >= 1; number -= 1) {
    const before = pages[number]?.[0];
    expect(idsOf(await ask({ sort }, { number, before }))).toEqual(pages[number - 1]);
  }
  // By their numbers alone, too.
  for (const [i, page] of pages.entries())
    expect(idsOf(await ask({ sort }, { number: i + 1 }))).toEqual(page);
});

test('a page that is not there, or beside someone who is not in the list, is another one', async () => {
  expect(await ask({}, { number: 99 })).toMatchObject({ page: 6, pages: 6, total: 54 });
  const elsewhere = await ask({}, { number: 2, after: `${LARGE.slice(0, 18)}000001` });
  expect(idsOf(elsewhere)).toEqual(idsOf(await ask({}, { number: 2 })));
});

test('a search lists a thousand at most and says that there are more', async () => {
  expect(await ask({ q: 'tan 3' }, {})).toMatchObject({ total: 7, many: false });
  const rows = Array.from({ length: 1_100 }, (_, i) => rowOf(i, LARGE));
  await put(LARGE, rows);
  // As if it were so large that the words of the site are read and not the place.
  await Count.updateOne(
    { _id: countId(1, LARGE, ALL_COURSES, TOTALS) },
    { $set: { 'n.enrolled': 6_000 } },
  );
  const first = await ask({ node: LARGE, q: 'tan' }, {});
  expect(first).toMatchObject({ total: 1_000, many: true, pages: 100 });
  expect(first.rows).toHaveLength(SIZE);
  const names = first.rows.map(({ nameKey }) => nameKey);
  expect(names).toEqual([...names].sort());
  const last = await ask({ node: LARGE, q: 'TAN' }, { number: 100 });
  expect(last.rows).toHaveLength(SIZE);
  expect(await ask({ node: LARGE, q: 'p77' }, {})).toMatchObject({ total: 10, many: false });
});
