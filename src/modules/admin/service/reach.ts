import { type Actor, isWithin, type RoleGrant, type Scope } from '../../../platform/authz';
import { NotFound } from '../../../platform/errors';
import { type AccountRecord, findAccount, WHOLE_SITE } from '../../accounts';
import {
  findOrganisation,
  findOrganisations,
  membersAmong,
  type Organisation,
  scopeOf,
} from '../../organisations';

export const reachOf = (actor: Actor): Scope => scopeOf(actor, 'administrator');

/** An organisation that the actor administers. @throws NotFound */
export async function organisationInReach(actor: Actor, id: string): Promise<Organisation> {
  const organisation = await findOrganisation(id);
  if (!organisation || !isWithin(reachOf(actor), organisation.path)) throw new NotFound();
  return organisation;
}

/** Those of these organisations (ids, or `WHOLE_SITE`) that lie within the scope. */
export async function organisationsInReach(
  scope: Scope,
  ids: readonly string[],
): Promise<Set<string>> {
  if (scope.kind === 'all') return new Set(ids);
  const organisations = await findOrganisations([...new Set(ids)].slice(0, 1_000));
  return new Set(
    [...organisations.values()].filter(({ path }) => isWithin(scope, path)).map(({ id }) => id),
  );
}

/** Those of these people who belong to the scope, or hold a role within it. */
export async function peopleInReach<P extends Pick<AccountRecord, 'id' | 'grants'>>(
  scope: Scope,
  people: readonly P[],
): Promise<readonly P[]> {
  if (scope.kind === 'all') return people;
  const members = await membersAmong(
    scope,
    people.map(({ id }) => id),
  );
  const places = await organisationsInReach(
    scope,
    people.flatMap(({ grants }) => grants.map(({ organisationId }) => organisationId)),
  );
  return people.filter(
    ({ id, grants }) =>
      members.has(id) || grants.some(({ organisationId }) => places.has(organisationId)),
  );
}

/** An account that the actor administers. @throws NotFound */
export async function accountInReach(actor: Actor, userId: string) {
  const account = await findAccount(userId);
  if (!account) throw new NotFound();
  const [found] = await peopleInReach(reachOf(actor), [account]);
  if (!found) throw new NotFound();
  return found;
}

/** @throws NotFound when the role is given for a place outside of what the actor administers */
export async function checkGrant(actor: Actor, grant: RoleGrant): Promise<void> {
  const scope = reachOf(actor);
  if (scope.kind === 'all') {
    if (grant.organisationId === WHOLE_SITE) return;
    if ((await findOrganisations([grant.organisationId])).size === 1) return;
  } else if ((await organisationsInReach(scope, [grant.organisationId])).size === 1) return;
  throw new NotFound();
}
