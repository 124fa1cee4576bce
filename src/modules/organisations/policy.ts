import { type Actor, organisationsWithRole, type Role, type Scope } from '../../platform/authz';
import { WHOLE_SITE } from '../accounts';

/**
 * The part of the tree in which the actor may do what `role` may: where they hold the role, or are
 * administrator, and everything below. Nobody else sees anything.
 */
export function scopeOf(actor: Actor, role: Role): Scope {
  const organisationIds = [
    ...new Set([
      ...organisationsWithRole(actor, role),
      ...organisationsWithRole(actor, 'administrator'),
    ]),
  ];
  return organisationIds.includes(WHOLE_SITE)
    ? { kind: 'all' }
    : { kind: 'below', organisationIds };
}
