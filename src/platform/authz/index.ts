export {
  type Actor,
  ANONYMOUS,
  hasRole,
  isSignedIn,
  organisationsWithRole,
  ROLES,
  type Role,
  type RoleGrant,
  type SignedInActor,
} from './actor';
export { isWithin, type Scope, withinScope } from './scope';
