import { type Actor, isWithin, type Scope } from '../../../platform/authz';
import { findPeople } from '../../accounts';
import { type EnrolmentSummary, enrolmentsWithin } from '../../learning';
import { findOrganisations, pathsOfMany, scopeOf, showsPeople } from '../../organisations';

/** The part of the tree whose people someone may act on: where they see them by name. */
export async function peopleScopeOf(actor: Actor): Promise<Scope> {
  const scope = scopeOf(actor, 'union-staff');
  if (scope.kind === 'all') return scope;
  const places = await findOrganisations(scope.organisationIds.slice(0, 500));
  return {
    kind: 'below',
    organisationIds: [...places.values()]
      .filter((organisation) => showsPeople(actor, organisation))
      .map(({ id }) => id),
  };
}

/**
 * Those of these enrolments, 500 at most and in their order, that lie in the scope as lists of people
 * show them: by who enrolled them, or by where the person belongs today. Who has left is not there.
 */
export async function enrolmentsFor(
  scope: Scope,
  ids: readonly string[],
): Promise<EnrolmentSummary[]> {
  const found = await enrolmentsWithin({ kind: 'all' }, ids);
  // What was learnt stays when an account goes, under an id that leads to nobody.
  const people = await findPeople([...new Set(found.map(({ userId }) => userId))]);
  const place = new Map(ids.map((id, index) => [id, index]));
  const all = found
    .filter(({ userId }) => people.has(userId))
    .sort((a, b) => (place.get(a.enrolmentId) ?? 0) - (place.get(b.enrolmentId) ?? 0));
  if (scope.kind === 'all') return all;
  const hosts = await findOrganisations([
    ...new Set(all.flatMap(({ organisationId }) => organisationId ?? [])),
  ]);
  const paths = await pathsOfMany([...new Set(all.map(({ userId }) => userId))]);
  return all.filter(
    ({ organisationId, userId }) =>
      isWithin(scope, hosts.get(organisationId ?? '')?.path ?? []) ||
      (paths.get(userId) ?? []).some((path) => isWithin(scope, path)),
  );
}
