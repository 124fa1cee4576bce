import type { Person } from '../../accounts';
import { type PublishedVersion, type TaughtCourse, textIn } from '../../catalogue';
import type { Movable, MoveEffect, MoveSum, Participant } from '../../learning';
import { type CourseHead, toHead } from './course';
import type { Reader } from './reader';

export interface PersonRow {
  readonly name: string;
  readonly status: string;
  readonly version: string;
  readonly percent: number;
  readonly at: string;
  readonly seen: string;
}

export interface PeoplePage {
  readonly head: CourseHead;
  readonly q: string;
  readonly status: string;
  readonly rows: readonly PersonRow[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  /** Older versions with people who could be moved. */
  readonly moves: readonly { readonly text: string; readonly href: string }[];
}

const titleOf = (version: PublishedVersion, activityId: string | null, reader: Reader): string => {
  const activity = version.modules
    .flatMap(({ activities }) => activities)
    .find(({ id }) => id === activityId);
  return activity ? textIn(activity.title, reader.language, version.language) : '';
};

export function toPeopleRows(
  people: readonly Participant[],
  names: ReadonlyMap<string, Person>,
  reader: Reader,
): PersonRow[] {
  const { t, format } = reader;
  return people.map((each) => ({
    name: names.get(each.userId)?.name ?? t('teaching.people.gone'),
    status: t(`teaching.people.status.${each.status}`),
    version: t('teaching.version.name', { number: each.version.number }),
    percent: each.progress.percent,
    at: titleOf(each.version, each.lastActivityId, reader),
    seen: format.relative(each.lastSeenAt),
  }));
}

export interface MovePage {
  readonly head: CourseHead;
  readonly title: string;
  readonly action: string;
  readonly from: string;
  readonly to: string;
  readonly sum: {
    readonly people: number;
    readonly losing: number;
    readonly completing: number;
    readonly lost: readonly { readonly title: string; readonly count: number }[];
  };
  readonly rows: readonly {
    readonly id: string;
    readonly name: string;
    readonly effect: string;
    readonly loses: string;
  }[];
  readonly errors: readonly { readonly field: string; readonly text: string }[];
  readonly page: number;
  readonly pages: number;
  readonly href: string;
}

function effectText({ before, after, completes, kept }: MoveEffect, { t, format }: Reader): string {
  if (completes) return t('teaching.move.completes');
  return t('teaching.move.effect', {
    before: format.percent(before),
    after: format.percent(after),
    kept,
  });
}

export function toMovePage(
  course: TaughtCourse,
  versions: { from: PublishedVersion; to: PublishedVersion },
  found: { sum: MoveSum; rows: readonly Movable[]; names: ReadonlyMap<string, Person> },
  options: { base: string; page: number; size: number; errors: MovePage['errors'] },
  reader: Reader,
): MovePage {
  const { t, format } = reader;
  const { from, to } = versions;
  const { sum, rows, names } = found;
  const name = ({ number }: PublishedVersion) => t('teaching.version.name', { number });
  return {
    head: toHead(course, 'people', reader),
    title: t('teaching.move.title', { from: name(from), to: name(to) }),
    action: `${options.base}/move`,
    from: from.id,
    to: to.id,
    sum: {
      ...sum,
      lost: [...sum.lost]
        .sort(([, a], [, b]) => b - a)
        .map(([id, count]) => ({ title: titleOf(from, id, reader), count })),
    },
    rows: rows.map(({ enrolmentId, userId, effect }) => ({
      id: enrolmentId,
      name: names.get(userId)?.name ?? t('teaching.people.gone'),
      effect: effectText(effect, reader),
      loses:
        effect.lost.length === 0
          ? ''
          : t('teaching.move.loses', {
              activities: format.list(effect.lost.map((id) => titleOf(from, id, reader))),
            }),
    })),
    errors: options.errors,
    page: options.page,
    pages: Math.max(1, Math.ceil(sum.people / options.size)),
    href: `${options.base}/move?from=${from.id}`,
  };
}
