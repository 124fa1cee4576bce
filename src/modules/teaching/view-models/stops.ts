import { type PublishedVersion, textIn } from '../../catalogue';
import type { StopsRow } from '../model';
import type { Reader } from './reader';

export interface StopBar {
  readonly number: number;
  readonly title: string;
  readonly lang: string;
  readonly done: number;
  readonly stopped: number;
  /** Of all people, 0 to 100. */
  readonly donePercent: number;
  readonly stoppedPercent: number;
}

export interface StopsView {
  readonly summary: string;
  readonly worst: string | null;
  readonly bars: readonly StopBar[];
  readonly computed: string;
}

/** Where people stop in a version, in the order of its activities. */
export function toStops(version: PublishedVersion, row: StopsRow, reader: Reader): StopsView {
  const { t, format, language } = reader;
  const activities = version.modules.flatMap((module) => module.activities);
  const share = (count: number) => (row.people === 0 ? 0 : (100 * count) / row.people);
  const bars = activities.map(({ id, title }, index) => {
    const { done, stopped } = row.activities.find((each) => each.id === id) ?? {
      done: 0,
      stopped: 0,
    };
    return {
      number: index + 1,
      title: textIn(title, language, version.language),
      lang: title[language] === undefined ? version.language : language,
      done,
      stopped,
      donePercent: share(done),
      stoppedPercent: share(stopped),
    };
  });
  const worst = bars.reduce<StopBar | null>(
    (most, bar) => (bar.stopped > (most?.stopped ?? 0) ? bar : most),
    null,
  );
  return {
    summary: t('teaching.stops.summary', {
      people: row.people,
      completed: row.completed,
      before: row.before,
    }),
    worst: worst && t('teaching.stops.worst', { title: worst.title, count: worst.stopped }),
    bars,
    computed: t('teaching.stops.computed', { when: format.relative(row.computedAt) }),
  };
}
