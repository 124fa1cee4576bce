import { type Actor, hasRole } from '../../platform/authz';
import type { RoutePolicy } from '../../platform/http';
import { scopeOf } from '../organisations';

/** Whoever administers at least one organisation: people, roles and the tree, within their part. */
export const administrator: RoutePolicy = {
  name: 'administrator',
  allows: (actor) => hasRole(actor, 'administrator'),
};

/** True for those who administer the whole site. */
export const isOfWholeSite = (actor: Actor): boolean =>
  scopeOf(actor, 'administrator').kind === 'all';

/** What is about all people at once: queues, mail, the audit log, the system. */
export const siteAdministrator: RoutePolicy = {
  name: 'administrator of the whole site',
  allows: isOfWholeSite,
};
