import type { Place } from '../place';
import type { State } from '../progress';

/** Props of components/outline. */
export interface OutlineModule {
  readonly title: string;
  /** Says something about a module that is done. */
  readonly action?: { readonly text: string; readonly href: string };
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
export const toOutline = (
  place: Place,
  activityId: string | null,
  feedbackText: string | null = null,
): OutlineModule[] =>
  place.version.modules.map((module, index) => ({
    title: place.text(module.title),
    ...(feedbackText !== null && place.progress.modules[index]?.state === 'done'
      ? { action: { text: feedbackText, href: `${place.href}/feedback/${module.id}` } }
      : {}),
    items: module.activities.map((activity) => ({
      title: place.text(activity.title),
      href: `${place.href}/${activity.id}`,
      minutes: activity.minutes,
      state: MARKS[place.progress.activities.get(activity.id) ?? 'todo'],
      current: activity.id === activityId,
    })),
  }));
