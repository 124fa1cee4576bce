import type { Day } from '../organisations';

/** The whole site, as a place above all organisations. */
export const EVERYWHERE = '*';
/** All courses together. */
export const ALL_COURSES = '*';

export const STATES = ['not-started', 'in-progress', 'completed', 'withdrawn'] as const;
export type State = (typeof STATES)[number];

/** What of an enrolment is counted. */
export interface Counted {
  readonly courseSlug: string;
  /** `EVERYWHERE` and every organisation to which it belongs. */
  readonly nodes: readonly string[];
  readonly state: State;
  readonly enrolledOn: Day;
  readonly completedOn: Day | null;
  /** While it is open. */
  readonly openDueOn: Day | null;
  readonly lastActiveOn: Day | null;
  /** Mondays of the weeks in which something was done. */
  readonly weeks: readonly Day[];
  /** Day of a certificate that is valid. */
  readonly certifiedOn: Day | null;
}

/** The Monday of the week of a day. */
export function mondayOf(day: Day): Day {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}

/** A day so many days later. */
export function addDays(day: Day, days: number): Day {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Id of the document that holds the figures of a place and a course in one bucket of time. */
export const countId = (generation: number, node: string, course: string, bucket: string): string =>
  `${generation}:${node}:${course}:${bucket}`;

/** The bucket of the figures that have no time. */
export const TOTALS = 'totals';

/** `[bucket, figure]`: what one enrolment adds one to, in each of its places. */
function figuresOf(row: Counted): [bucket: string, figure: string][] {
  // Who has left a course is counted nowhere.
  if (row.state === 'withdrawn') return [];
  const figures: [string, string][] = [
    [TOTALS, 'enrolled'],
    // Which courses there are: a slug has no dot.
    [TOTALS, `courses.${row.courseSlug}`],
  ];
  const inWeek = (day: Day, what: string) => {
    const monday = mondayOf(day);
    figures.push([monday.slice(0, 4), `${monday}.${what}`]);
  };
  inWeek(row.enrolledOn, 'enrolled');
  for (const week of row.weeks) inWeek(week, 'active');
  if (row.completedOn !== null) {
    figures.push([TOTALS, 'completed']);
    inWeek(row.completedOn, 'completed');
  }
  if (row.certifiedOn !== null) figures.push([TOTALS, 'certificates']);
  if (row.lastActiveOn !== null) {
    figures.push([row.lastActiveOn.slice(0, 7), `last.${row.lastActiveOn.slice(8)}`]);
  }
  if (row.openDueOn !== null) {
    figures.push([TOTALS, `due.${row.openDueOn.slice(0, 7)}`]);
    figures.push([row.openDueOn.slice(0, 7), `due.${row.openDueOn.slice(8)}`]);
  }
  return figures;
}

/** Changes of figures: by document, by figure. */
export type Changes = Map<string, Map<string, number>>;

function addTo(changes: Changes, generation: number, row: Counted, by: 1 | -1): void {
  const figures = figuresOf(row);
  for (const node of row.nodes) {
    for (const course of [ALL_COURSES, row.courseSlug]) {
      for (const [bucket, figure] of figures) {
        const id = countId(generation, node, course, bucket);
        let own = changes.get(id);
        if (!own) {
          own = new Map();
          changes.set(id, own);
        }
        own.set(figure, (own.get(figure) ?? 0) + by);
      }
    }
  }
}

/**
 * What the figures change by when an enrolment was `before` and is `after` now. The sum of all
 * changes of a row is what its last state alone would give, in whatever order they came.
 */
export function addChanges(
  changes: Changes,
  generation: number,
  before: Counted | null,
  after: Counted | null,
): void {
  if (before) addTo(changes, generation, before, -1);
  if (after) addTo(changes, generation, after, 1);
}
