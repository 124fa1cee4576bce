import {
  createOrganisation,
  type Organisation,
  type OrganisationKind,
} from '../../../src/modules/organisations';

let count = 0;

/** An organisation with a code of its own. */
export function makeOrganisation(
  kind: OrganisationKind,
  wishes: { name?: string; code?: string; parent?: Organisation; timeZone?: string } = {},
): Promise<Organisation> {
  count += 1;
  const code = wishes.code ?? `${kind}-${count}`;
  return createOrganisation({
    code,
    name: wishes.name ?? `The ${kind} ${count}`,
    kind,
    ...(wishes.parent ? { parentId: wishes.parent.id } : {}),
    timeZone: wishes.timeZone ?? 'Asia/Singapore',
  });
}
