import type { Place } from '../place';
import type { State } from '../progress';

/** Props of components/outline. */
export interface OutlineModule {
  readonly title: string;
  readonly items: readonly {
    readonly title: string;
    readonly href: string;
    readonly minutes: number;
    readonly state: 'done' | 'current' | 'todo';
    readonly current: boolean;
  }[];
}

const MARKS: Record<State, 'done' | 'current' | 'todo'> = {
  todo: 'todo',
  begun: 'current',
  done: 'done',
};

/** The course with what is done of it; `activityId` is the page that one is on. */
export const toOutline = (place: Place, activityId: string | null): OutlineModule[] =>
  place.version.modules.map((module) => ({
    title: place.text(module.title),
    items: module.activities.map((activity) => ({
      title: place.text(activity.title),
      href: `${place.href}/${activity.id}`,
      minutes: activity.minutes,
      state: MARKS[place.progress.activities.get(activity.id) ?? 'todo'],
      current: activity.id === activityId,
    })),
  }));
