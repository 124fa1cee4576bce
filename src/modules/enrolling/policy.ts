import { type Actor, hasRole } from '../../platform/authz';
import type { RoutePolicy } from '../../platform/http';

/** Past the door gets who is union staff somewhere; whom they may enrol is decided for each person. */
export const STAFF: RoutePolicy = {
  name: 'union staff',
  allows: (actor: Actor) => hasRole(actor, 'union-staff') || hasRole(actor, 'administrator'),
};
