import type { LessonActivity, PublishedVersion, QuizActivity } from '../catalogue';
import {
  type ActivityRecord,
  isMet,
  type Leaf,
  leavesOf,
  type Minutes,
  minutesOf,
  type Records,
  shareMet,
  stillNeeded,
} from './rule';

export const FACT_KINDS = ['viewed', 'submitted', 'passed'] as const;
export type FactKind = (typeof FACT_KINDS)[number];

/** One thing that happened: a lesson was viewed, a quiz sent in or passed. `mark` in per cent. */
export interface Fact {
  readonly activityId: string;
  readonly kind: FactKind;
  readonly mark: number | null;
}

type ActivityInBrief =
  | Pick<LessonActivity, 'id' | 'kind' | 'minutes'>
  | (Pick<QuizActivity, 'id' | 'kind' | 'minutes'> & {
      readonly quiz: Pick<QuizActivity['quiz'], 'passMark'>;
    });

/** The part of a published version on which progress depends. */
export interface VersionInBrief extends Pick<PublishedVersion, 'completion'> {
  readonly modules: readonly {
    readonly id: string;
    readonly activities: readonly ActivityInBrief[];
  }[];
}

export type State = 'todo' | 'begun' | 'done';

export interface Progress {
  /** A whole number from 0 to 100, which never falls when a fact is added; 100 exactly when `met`. */
  readonly percent: number;
  /** The completion rule of the version is met. */
  readonly met: boolean;
  /** Of what is still needed. */
  readonly minutesLeft: number;
  /** Mean of the best marks of the quizzes in per cent; null before the first. */
  readonly mark: number | null;
  readonly activities: ReadonlyMap<string, State>;
  readonly modules: readonly ModuleProgress[];
  /** Ids of the activities that are still needed. */
  readonly needed: ReadonlySet<string>;
}

export interface ModuleProgress {
  readonly id: string;
  readonly state: State;
  readonly done: number;
  readonly total: number;
}

/** Adds facts to what is known. Neither their order nor a repetition changes the result. */
export function foldFacts(
  facts: readonly Fact[],
  known: readonly ActivityRecord[] = [],
): ActivityRecord[] {
  const records = new Map(known.map((record) => [record.activityId, { ...record }]));
  for (const { activityId, kind, mark } of facts) {
    const record = records.get(activityId) ?? {
      activityId,
      viewed: false,
      submitted: false,
      mark: null,
    };
    if (kind === 'viewed') record.viewed = true;
    else record.submitted = true;
    if (mark !== null) record.mark = Math.max(record.mark ?? 0, mark);
    records.set(activityId, record);
  }
  return [...records.values()].sort((a, b) => (a.activityId < b.activityId ? -1 : 1));
}

/** What is asked where the rule is silent: a lesson viewed, a quiz passed. */
const byDefault = (activity: ActivityInBrief): Leaf =>
  activity.kind === 'lesson'
    ? { kind: 'viewed', activityId: activity.id }
    : { kind: 'passed', activityId: activity.id, mark: activity.quiz.passMark };

/** What of progress is the same for everyone who learns a version. */
interface Ground {
  readonly all: readonly ActivityInBrief[];
  readonly minutes: Minutes;
  /** What is asked of each activity. */
  readonly asked: ReadonlyMap<string, readonly Leaf[]>;
}

// A published version never changes, and what is read of one is the same object for all who learn it.
const grounds = new WeakMap<VersionInBrief, Ground>();

function groundOf(version: VersionInBrief): Ground {
  let ground = grounds.get(version);
  if (!ground) {
    const all = version.modules.flatMap((module) => module.activities);
    const leaves = leavesOf(version.completion);
    const askedOf = (activity: ActivityInBrief) => {
      const own = leaves.filter((leaf) => leaf.activityId === activity.id);
      return own.length > 0 ? own : [byDefault(activity)];
    };
    ground = {
      all,
      minutes: new Map(all.map((activity) => [activity.id, activity.minutes])),
      asked: new Map(all.map((activity) => [activity.id, askedOf(activity)])),
    };
    grounds.set(version, ground);
  }
  return ground;
}

function stateOf(activity: ActivityInBrief, asked: readonly Leaf[], records: Records): State {
  if (asked.every((leaf) => isMet(leaf, records))) return 'done';
  return records.get(activity.id)?.submitted ? 'begun' : 'todo';
}

function moduleProgress(id: string, states: readonly (State | undefined)[]): ModuleProgress {
  const done = states.filter((state) => state === 'done').length;
  const begun = states.some((state) => state !== 'todo');
  const state = done === states.length ? 'done' : begun ? 'begun' : 'todo';
  return { id, state, done, total: states.length };
}

function meanMark(activities: readonly ActivityInBrief[], records: Records): number | null {
  const marks = activities
    .filter(({ kind }) => kind === 'quiz')
    .map(({ id }) => records.get(id)?.mark ?? null)
    .filter((mark) => mark !== null);
  if (marks.length === 0) return null;
  return Math.round(marks.reduce((all, mark) => all + mark, 0) / marks.length);
}

/**
 * The only place where progress is computed: from the version and the facts, from nothing else.
 * Facts about activities that the version does not have change nothing.
 */
export function progressOf(version: VersionInBrief, done: readonly ActivityRecord[]): Progress {
  const { all, minutes, asked } = groundOf(version);
  const records = new Map(
    done.filter(({ activityId }) => minutes.has(activityId)).map((each) => [each.activityId, each]),
  );
  const activities = new Map(
    all.map((activity) => [activity.id, stateOf(activity, asked.get(activity.id) ?? [], records)]),
  );
  const met = isMet(version.completion, records);
  const share = shareMet(version.completion, records, minutes);
  const needed = stillNeeded(version.completion, records, minutes);
  return {
    percent: met ? 100 : Math.min(99, Math.floor(share * 100)),
    met,
    minutesLeft: minutesOf(needed, minutes),
    mark: meanMark(all, records),
    activities,
    modules: version.modules.map(({ id, activities: own }) =>
      moduleProgress(
        id,
        own.map((activity) => activities.get(activity.id)),
      ),
    ),
    needed,
  };
}

/**
 * Where to go on: at the activity one was at when it is still needed, otherwise at the next one
 * that is, round to the beginning. null when nothing is needed or nothing of it can be done.
 * @param closed ids of quizzes without attempts left
 */
export function nextActivity(
  version: VersionInBrief,
  progress: Pick<Progress, 'needed'>,
  lastActivityId: string | null,
  closed: ReadonlySet<string> = new Set(),
): string | null {
  const ids = version.modules.flatMap((module) => module.activities.map(({ id }) => id));
  const from = Math.max(0, ids.indexOf(lastActivityId ?? ''));
  const round = [...ids.slice(from), ...ids.slice(0, from)];
  return round.find((id) => progress.needed.has(id) && !closed.has(id)) ?? null;
}
