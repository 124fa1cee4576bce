import { readerTogether } from '../../../platform/db';
import type { Day } from '../../organisations';
import { ALL_COURSES, addDays, countId, mondayOf, TOTALS } from '../counts';
import { Building, type BuildingRow, Count, type CountRow } from '../model';
import type { Figures } from '../protect';

/** A place and a course (`ALL_COURSES` for all). */
export interface Subject {
  readonly node: string;
  readonly course: string;
}

type Numbers = Record<string, number>;

interface Totals {
  enrolled?: number;
  completed?: number;
  certificates?: number;
  /** By month. */
  due?: Numbers;
  courses?: Numbers;
}

interface Month {
  last?: Numbers;
  due?: Numbers;
}

type Read = (subject: Subject, bucket: string) => Record<string, unknown>;

const SHARED = { shared: true };
const readBuilding = readerTogether<BuildingRow>(Building, (id) => id, { current: 1 }, SHARED);
const readCount = readerTogether<CountRow>(Count, (id) => id, { n: 1 }, SHARED);

/** Reads the documents by their ids, so that the cost depends on how many places are shown. */
async function read(subjects: readonly Subject[], buckets: readonly string[]): Promise<Read> {
  const current = (await readBuilding('building'))?.current ?? 1;
  const ids = subjects.flatMap(({ node, course }) =>
    buckets.map((bucket) => countId(current, node, course, bucket)),
  );
  const found = await Promise.all(ids.map((id) => readCount(id)));
  const rows = new Map(ids.map((id, i) => [id, found[i]?.n]));
  return ({ node, course }, bucket) => rows.get(countId(current, node, course, bucket)) ?? {};
}

const sum = (numbers: Numbers | undefined, fits: (key: string) => boolean): number =>
  Object.entries(numbers ?? {}).reduce((all, [key, value]) => (fits(key) ? all + value : all), 0);

const ACTIVE_DAYS = 7;

/** The figures of each subject on a day, in their order. */
export async function figuresOf(subjects: readonly Subject[], today: Day): Promise<Figures[]> {
  const days = Array.from({ length: ACTIVE_DAYS }, (_, i) => addDays(today, -i));
  const month = today.slice(0, 7);
  const months = [...new Set(days.map((day) => day.slice(0, 7)))];
  const rows = await read(subjects, [TOTALS, ...months]);
  return subjects.map((subject) => {
    const totals: Totals = rows(subject, TOTALS);
    const inMonth = (name: string): Month => rows(subject, name);
    const earlier = sum(totals.due, (key) => key < month);
    const thisMonth = sum(inMonth(month).due, (key) => key < today.slice(8));
    return {
      enrolled: totals.enrolled ?? 0,
      completed: totals.completed ?? 0,
      certificates: totals.certificates ?? 0,
      overdue: earlier + thisMonth,
      active: days.reduce(
        (all, day) => all + (inMonth(day.slice(0, 7)).last?.[day.slice(8)] ?? 0),
        0,
      ),
    };
  });
}

/** Slugs of the courses in which someone of the place is enrolled, most first. */
export async function coursesAt(node: string): Promise<string[]> {
  const subject = { node, course: ALL_COURSES };
  const totals: Totals = (await read([subject], [TOTALS]))(subject, TOTALS);
  return Object.entries(totals.courses ?? {})
    .filter(([, count]) => count > 0)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([slug]) => slug);
}

export interface Week {
  readonly monday: Day;
  readonly enrolled: number;
  readonly active: number;
  readonly completed: number;
}

const WEEKS = 26;

/** The last 26 weeks of a subject, the present one last. */
export async function weeksOf(subject: Subject, today: Day): Promise<Week[]> {
  const now = mondayOf(today);
  const mondays = Array.from({ length: WEEKS }, (_, i) => addDays(now, 7 * (i - WEEKS + 1)));
  const years = [...new Set(mondays.map((monday) => monday.slice(0, 4)))];
  const rows = await read([subject], years);
  return mondays.map((monday) => {
    const year = rows(subject, monday.slice(0, 4)) as Record<string, Partial<Week>>;
    const { enrolled = 0, active = 0, completed = 0 } = year[monday] ?? {};
    return { monday, enrolled, active, completed };
  });
}
