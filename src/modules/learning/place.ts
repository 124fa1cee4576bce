import { NotFound } from '../../platform/errors';
import type { Exchange } from '../../platform/http';
import {
  type Activity,
  type CourseModule,
  type Localised,
  languageOf,
  type PublishedVersion,
  textIn,
} from '../catalogue';
import type { EnrolmentRow } from './model';
import { nextActivity, type Progress, progressOf } from './progress';
import { findOwn } from './queries';
import { versionOf } from './service/settle';

/** An enrolment of the one who asks, with all that its pages are made of. */
export interface Place {
  readonly row: EnrolmentRow;
  readonly version: PublishedVersion;
  readonly progress: Progress;
  /** `/learn/<enrolmentId>` */
  readonly href: string;
  /** A text of the course in the language in which it is read. */
  text(text: Localised): string;
  /** Language of what `text` answers. */
  langOf(text: Localised): string;
  readonly language: string;
}

const hrefOf = (row: Pick<EnrolmentRow, '_id'>): string => `/learn/${row._id.toHexString()}`;

export async function placeFor(row: EnrolmentRow, reader: string): Promise<Place> {
  const version = await versionOf(row);
  const language = row.language ?? reader;
  return {
    row,
    version,
    progress: progressOf(version, row.done),
    href: hrefOf(row),
    language,
    text: (text) => textIn(text, language, version.language),
    langOf: (text) => languageOf(text, language, version.language),
  };
}

/** @throws NotFound for an enrolment that is not theirs */
export async function placeOf(exchange: Exchange<'signedIn'>, enrolmentId: string): Promise<Place> {
  const row = await findOwn(exchange.actor.id, enrolmentId);
  if (!row) throw new NotFound();
  return placeFor(row, exchange.visitor.preferences.language);
}

export interface Spot {
  readonly module: CourseModule;
  readonly activity: Activity;
  /** From 1, of all activities of the course. */
  readonly number: number;
  readonly count: number;
  readonly previous: Activity | null;
  readonly following: Activity | null;
}

/** @throws NotFound when the version has no such activity */
export function spotOf(version: PublishedVersion, activityId: string): Spot {
  let spots = spotsOfVersions.get(version);
  if (!spots) {
    spots = spotsOf(version);
    spotsOfVersions.set(version, spots);
  }
  const here = spots.get(activityId);
  if (!here) throw new NotFound();
  return here;
}

// A published version never changes, and is the same object for all who learn it.
const spotsOfVersions = new WeakMap<PublishedVersion, ReadonlyMap<string, Spot>>();

function spotsOf(version: PublishedVersion): Map<string, Spot> {
  const all = version.modules.flatMap((module) =>
    module.activities.map((activity) => ({ module, activity })),
  );
  return new Map(
    all.map(({ module, activity }, index) => [
      activity.id,
      {
        module,
        activity,
        number: index + 1,
        count: all.length,
        previous: all[index - 1]?.activity ?? null,
        following: all[index + 1]?.activity ?? null,
      },
    ]),
  );
}

/** Where "next" leads: onward in the order of the course; after its end to what was left out. */
export type Onward =
  | { readonly kind: 'activity'; readonly href: string; readonly activity: Activity }
  | { readonly kind: 'finished' | 'course'; readonly href: string };

export function onwardFrom(place: Place, activityId: string): Onward {
  const { row, version, progress, href } = place;
  const finished = { kind: 'finished', href: `${href}/finished` } as const;
  if (row.status === 'completed' && row.finishSeenAt === null) return finished;
  const { following } = spotOf(version, activityId);
  const leftOut = nextActivity(version, progress, activityId);
  const next =
    following ?? (leftOut && leftOut !== activityId ? spotOf(version, leftOut).activity : null);
  if (next) return { kind: 'activity', href: `${href}/${next.id}`, activity: next };
  return row.status === 'completed' ? finished : { kind: 'course', href };
}
