import type { Localised } from '../../catalogue';
import type { TextChange } from './types';

export const byId = <T extends { readonly id: string }>(list: readonly T[]): Map<string, T> =>
  new Map(list.map((each) => [each.id, each]));

/** The languages in which two texts are not the same, with both. */
export function textChanges(
  what: TextChange['what'],
  before: Localised | null,
  after: Localised | null,
): TextChange[] {
  const languages = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...languages].flatMap((language) => {
    const was = before?.[language] ?? null;
    const is = after?.[language] ?? null;
    return was === is ? [] : [{ what, language, before: was, after: is }];
  });
}

/** Of two orders of ids, what stands in another place among those that are in both. */
export function compareIds(
  before: readonly string[],
  after: readonly string[],
): { moved: string[] } {
  const old = before.filter((id) => after.includes(id));
  const fresh = after.filter((id) => before.includes(id));
  // Those outside the longest run that kept its order were moved; the others only made room.
  const places = fresh.map((id) => old.indexOf(id));
  const best = longestRising(places);
  return { moved: fresh.filter((_id, index) => !best.has(index)) };
}

/** Indexes of a longest rising subsequence; lists here are short. */
function longestRising(values: readonly number[]): Set<number> {
  const length = values.map(() => 1);
  const previous = values.map(() => -1);
  for (let i = 0; i < values.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      if ((values[j] ?? 0) < (values[i] ?? 0) && (length[j] ?? 0) + 1 > (length[i] ?? 0)) {
        length[i] = (length[j] ?? 0) + 1;
        previous[i] = j;
      }
    }
  }
  const chosen = new Set<number>();
  let at = length.indexOf(Math.max(0, ...length));
  while (at >= 0) {
    chosen.add(at);
    at = previous[at] ?? -1;
  }
  return chosen;
}
