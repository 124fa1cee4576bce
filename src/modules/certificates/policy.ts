import { type Actor, hasRole, isWithin, type Scope } from '../../platform/authz';
import type { RoutePolicy } from '../../platform/http';
import { scopeOf } from '../organisations';
import type { CertificateRow } from './model';

/** Whoever looks after the certificates of some part of the tree. */
export const staffOnly: RoutePolicy = {
  name: 'union staff',
  allows: (actor) => hasRole(actor, 'union-staff') || hasRole(actor, 'administrator'),
};

export const staffScope = (actor: Actor): Scope => scopeOf(actor, 'union-staff');

type Place = Pick<CertificateRow, 'awardPath' | 'organisationPath'>;

/** Of one's own people, or awarded by one's own organisation. */
export const canSee = (scope: Scope, { organisationPath }: Place): boolean =>
  isWithin(scope, organisationPath);

/** Only those of the organisation that awards it, or above. */
export const canAct = (scope: Scope, { awardPath }: Place): boolean => isWithin(scope, awardPath);
