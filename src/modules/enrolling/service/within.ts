import { type Actor, isWithin, type Scope } from '../../../platform/authz';
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
 * Those of these enrolments, 500 at most, that lie in the scope, as lists of people show them: by
 * who enrolled them, or by where the person belongs today.
 */
export async function enrolmentsFor(
  scope: Scope,
  ids: readonly string[],
): Promise<EnrolmentSummary[]> {
  const all = await enrolmentsWithin({ kind: 'all' }, ids);
  if (scope.kind === 'all') return all;
  const away = all.filter(({ organisationPath }) => !isWithin(scope, organisationPath));
  const joined = new Set<string>();
  if (away.length > 0) {
    const paths = await pathsOfMany([...new Set(away.map(({ userId }) => userId))]);
    for (const [userId, own] of paths) {
      if (own.some((path) => isWithin(scope, path))) joined.add(userId);
    }
  }
  return all.filter(
    ({ organisationPath, userId }) => isWithin(scope, organisationPath) || joined.has(userId),
  );
}
