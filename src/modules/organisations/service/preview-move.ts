import { Membership } from '../model';
import { findOrganisations, type Organisation } from '../queries';
import { clashingNumbers } from './member-numbers';
import { checkPlace, subtreeOf } from './move-organisation';

/** What follows when an organisation goes to another place. */
export interface MovePreview {
  /** Itself and everything below it. */
  readonly organisationIds: readonly string[];
  /** Who belongs or has belonged to one of them. */
  readonly people: number;
  /** Above it now and no more then; the nearest last. */
  readonly left: readonly Organisation[];
  /** Not above it now, but then. */
  readonly joined: readonly Organisation[];
  /** Numbers of members that belong to other people in the union to which they would come. */
  readonly clashing: number;
}

async function countPeople(id: string): Promise<number> {
  const [found] = await Membership.aggregate<{ people: number }>([
    { $match: { organisationPath: id } },
    { $group: { _id: '$userId' } },
    { $count: 'people' },
  ]);
  return found?.people ?? 0;
}

/** @throws Conflict as `moveOrganisation`, but for numbers that are taken */
export async function previewMove(
  one: Organisation,
  parent: Organisation | null,
): Promise<MovePreview> {
  checkPlace(one, parent);
  const before = one.path.slice(0, -1);
  const after = parent?.path ?? [];
  const lines = await findOrganisations([...before, ...after]);
  const named = (ids: readonly string[]) => ids.flatMap((id) => lines.get(id) ?? []);
  const organisationIds = (await subtreeOf(one.id)).map(({ id }) => id);
  return {
    organisationIds,
    people: await countPeople(one.id),
    left: named(before.filter((id) => !after.includes(id))),
    joined: named(after.filter((id) => !before.includes(id))),
    clashing: await clashingNumbers(one, parent, organisationIds),
  };
}
