import { type Actor, hasRole } from '../../platform/authz';
import { NotFound } from '../../platform/errors';
import type { RoutePolicy } from '../../platform/http';
import {
  findOrganisation,
  findOrganisations,
  type Organisation,
  scopeOf,
  showsPeople,
} from '../organisations';
import { EVERYWHERE } from './counts';

export const seesReports: RoutePolicy = {
  name: 'union staff',
  allows: (actor) => hasRole(actor, 'union-staff') || hasRole(actor, 'administrator'),
};

/** A part of the tree that someone may see, from its top down. */
export interface Part {
  /** Id of the organisation at its top; `EVERYWHERE` for the whole site. */
  readonly node: string;
  readonly organisation: Organisation | null;
  /** True: its people by name. False: numbers only, none under five. */
  readonly people: boolean;
}

/** The parts that the actor may see; a part inside another one that shows as much is left away. */
export async function partsOf(actor: Actor): Promise<Part[]> {
  const scope = scopeOf(actor, 'union-staff');
  if (scope.kind === 'all') return [{ node: EVERYWHERE, organisation: null, people: true }];
  const organisations = await findOrganisations(scope.organisationIds.slice(0, 500));
  const parts = [...organisations.values()].map((organisation) => ({
    node: organisation.id,
    organisation,
    people: showsPeople(actor, organisation),
  }));
  return parts
    .filter(
      (part) =>
        !parts.some(
          (other) =>
            other !== part &&
            part.organisation.path.includes(other.node) &&
            (other.people || !part.people),
        ),
    )
    .sort((a, b) => a.organisation.name.localeCompare(b.organisation.name, 'en'));
}

/** A place that someone looks at, and the part by which they may. */
export interface Place {
  readonly node: string;
  readonly organisation: Organisation | null;
  readonly part: Part;
  readonly parts: readonly Part[];
  /** From the top of the part down to the place itself. */
  readonly trail: readonly Organisation[];
}

async function trailOf(part: Part, organisation: Organisation | null): Promise<Organisation[]> {
  if (!organisation) return [];
  const from = part.node === EVERYWHERE ? 0 : organisation.path.indexOf(part.node);
  const found = await findOrganisations(organisation.path.slice(from));
  return organisation.path.slice(from).flatMap((id) => found.get(id) ?? []);
}

const reaches = (part: Part, organisation: Organisation | null): boolean =>
  part.node === EVERYWHERE || (organisation?.path.includes(part.node) ?? false);

/**
 * The place that is asked for, or the first that the actor may see; null when there is none.
 * @throws NotFound for a place outside of what they may see
 */
export async function placeFor(actor: Actor, node: string | undefined): Promise<Place | null> {
  const parts = await partsOf(actor);
  const [first] = parts;
  if (node === undefined) {
    if (!first) return null;
    const { organisation } = first;
    const trail = await trailOf(first, organisation);
    return { node: first.node, organisation, part: first, parts, trail };
  }
  const organisation = node === EVERYWHERE ? null : await findOrganisation(node);
  if (node !== EVERYWHERE && !organisation) throw new NotFound();
  const fitting = parts.filter((part) => reaches(part, organisation));
  const part = fitting.find(({ people }) => people) ?? fitting[0];
  if (!part) throw new NotFound();
  return { node, organisation, part, parts, trail: await trailOf(part, organisation) };
}

/** The same for pages that show people. @throws NotFound where only numbers may be seen */
export async function placeWithPeople(
  actor: Actor,
  node: string | undefined,
): Promise<Place | null> {
  if (node === undefined) {
    const part = (await partsOf(actor)).find(({ people }) => people);
    return part ? placeFor(actor, part.node) : null;
  }
  const place = await placeFor(actor, node);
  if (place && !place.part.people) throw new NotFound();
  return place;
}
