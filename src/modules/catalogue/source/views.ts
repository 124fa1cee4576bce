import type { Language } from '../../../platform/i18n';
import { type FaultList, suggest } from './faults';
import type { Path, Source } from './yaml-source';

/**
 * One place in a file and in its translations: the original first, then each translation that has
 * this place. Texts are read through it, so that a translation needs only what it translates.
 */
export interface View {
  readonly language: Language;
  readonly source: Source;
  readonly path: Path;
  readonly value: unknown;
}
export type Views = readonly [View, ...View[]];

interface WithId {
  readonly id: string;
}

const propertyOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

/** The field `key` in every language that has it; null when the original has none. */
export function field(views: Views, key: string): Views | null {
  const [original, ...translations] = views;
  const into = (view: View): View => ({
    ...view,
    path: [...view.path, key],
    value: propertyOf(view.value, key),
  });
  const first = into(original);
  if (first.value === undefined) return null;
  return [first, ...translations.map(into).filter(({ value }) => value !== undefined)];
}

function element(view: View, index: number): View {
  return { ...view, path: [...view.path, index], value: (view.value as unknown[])[index] };
}

/** The members of the list `key`, matched by id; a translated id that the original lacks is a fault. */
export function members(views: Views, key: string, faults: FaultList): Views[] {
  const list = field(views, key);
  if (!list) {
    refuseMembers(views, key, [], faults);
    return [];
  }
  const [original, ...translations] = list;
  const ids = (original.value as WithId[]).map(({ id }) => id);
  refuseMembers(views, key, ids, faults);
  return ids.map((id, index) => [
    element(original, index),
    ...translations.flatMap((view) => {
      const at = (view.value as WithId[]).findIndex((each) => each.id === id);
      return at < 0 ? [] : [element(view, at)];
    }),
  ]);
}

function refuseMembers(views: Views, key: string, ids: string[], faults: FaultList): void {
  for (const view of views.slice(1)) {
    const list = (propertyOf(view.value, key) ?? []) as WithId[];
    list.forEach(({ id }, index) => {
      if (ids.includes(id)) return;
      faults.add(
        view.source.file,
        view.source.at([...view.path, key, index, 'id']),
        ['notInOriginal', { id, file: views[0].source.file }],
        suggest(id, ids),
      );
    });
  }
}

/** The entries of the list of texts `key`, matched by their order; translations must be as long. */
export function entries(views: Views, key: string, faults: FaultList): Views[] {
  const list = field(views, key);
  if (!list) return [];
  const [original, ...translations] = list;
  const { length } = original.value as unknown[];
  const fitting = translations.filter((view) => {
    const own = (view.value as unknown[]).length;
    if (own === length) return true;
    faults.add(
      view.source.file,
      view.source.at(view.path),
      ['entriesDiffer', { field: key, own, file: original.source.file, count: length }],
      ['translateEach'],
    );
    return false;
  });
  return Array.from({ length }, (_, index) => [
    element(original, index),
    ...fitting.map((view) => element(view, index)),
  ]);
}

/** A text of each language by `render`. */
export const localise = (
  views: Views,
  render: (text: string, view: View) => string,
): Record<string, string> =>
  Object.fromEntries(views.map((view) => [view.language, render(String(view.value), view)]));
