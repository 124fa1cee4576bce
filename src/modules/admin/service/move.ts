import { type Actor, isWithin, type Role } from '../../../platform/authz';
import { NotFound } from '../../../platform/errors';
import { type AccountRecord, countRolesIn, peopleWithRoleIn, WHOLE_SITE } from '../../accounts';
import { countWithin } from '../../learning';
import { type MovePreview, type Organisation, previewMove } from '../../organisations';
import { isOfWholeSite } from '../policy';
import { organisationInReach, reachOf } from './reach';

/** What leaves a place is seen no more by those above it: both ends must be the actor's own. */
export const mayMove = (actor: Actor, { parentId, path }: Organisation): boolean =>
  parentId === null ? isOfWholeSite(actor) : isWithin(reachOf(actor), path.slice(0, -1));

/** An organisation that the actor may take from its place. @throws NotFound */
export async function movable(actor: Actor, id: string): Promise<Organisation> {
  const one = await organisationInReach(actor, id);
  if (!mayMove(actor, one)) throw new NotFound();
  return one;
}

/** Where the actor may put it; null: at the root. @throws NotFound */
export async function placeInReach(actor: Actor, to: string): Promise<Organisation | null> {
  if (to !== 'root') return organisationInReach(actor, to);
  if (!isOfWholeSite(actor)) throw new NotFound();
  return null;
}

/** Someone whose role reaches the organisation at one of its places and not at the other. */
export interface Onlooker {
  readonly person: AccountRecord;
  readonly role: Role;
  readonly at: Organisation;
}

/** Who holds a role in one of `places`, and in `elsewhere` neither the same nor that of an administrator. */
async function onlookers(
  places: readonly Organisation[],
  elsewhere: readonly string[],
): Promise<Onlooker[]> {
  const found: Onlooker[] = [];
  for (const at of places) {
    for (const person of await peopleWithRoleIn(at.id)) {
      for (const { role, organisationId } of person.grants) {
        const reachesBoth = person.grants.some(
          (other) =>
            (other.role === role || other.role === 'administrator') &&
            (other.organisationId === WHOLE_SITE || elsewhere.includes(other.organisationId)),
        );
        if (organisationId === at.id && !reachesBoth) found.push({ person, role, at });
      }
    }
  }
  return found;
}

/** Everything that the page says before it is done. */
export interface MoveOutlook extends MovePreview {
  readonly roles: number;
  readonly enrolments: number;
  readonly losing: readonly Onlooker[];
  readonly gaining: readonly Onlooker[];
  /** Some who lose or gain sight are above what the actor administers, and are not named. */
  readonly unnamed: boolean;
}

/** @throws Conflict as `previewMove` */
export async function outlookOf(
  actor: Actor,
  one: Organisation,
  parent: Organisation | null,
): Promise<MoveOutlook> {
  const preview = await previewMove(one, parent);
  const scope = reachOf(actor);
  const named = (all: readonly Organisation[]) => all.filter(({ path }) => isWithin(scope, path));
  const [left, joined] = [named(preview.left), named(preview.joined)];
  return {
    ...preview,
    roles: await countRolesIn(preview.organisationIds),
    enrolments: await countWithin({ kind: 'below', organisationIds: [one.id] }),
    losing: await onlookers(left, [...(parent?.path ?? []), one.id]),
    gaining: await onlookers(joined, one.path),
    unnamed: left.length < preview.left.length || joined.length < preview.joined.length,
  };
}
