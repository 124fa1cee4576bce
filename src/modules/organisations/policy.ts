import { type Actor, organisationsWithRole, type Role, type Scope } from '../../platform/authz';
import { WHOLE_SITE } from '../accounts';
import type { Organisation } from './queries';

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

/** Who pays for learning or helps with it sees what came of it, not who came. */
const NUMBERS_ONLY: readonly Organisation['kind'][] = ['agency', 'partner'];

/** True when someone with a role at this organisation sees its people by name, not numbers alone. */
export const showsPeople = (
  actor: Actor,
  { kind, path }: Pick<Organisation, 'kind' | 'path'>,
): boolean =>
  !NUMBERS_ONLY.includes(kind) ||
  path.some((id) => organisationsWithRole(actor, 'administrator').includes(id));
