export { type Day, dayIn } from './dates';
export {
  MEMBERSHIP_KINDS,
  type MembershipKind,
  ORGANISATION_KINDS,
  type OrganisationKind,
} from './model';
export { scopeOf } from './policy';
export {
  findOrganisation,
  findOrganisationByCode,
  findOrganisations,
  isCurrent,
  type MembershipRecord,
  membershipsOf,
  nameIn,
  type Organisation,
  organisationsWithin,
  pathsOf,
} from './queries';
export { createOrganisations } from './room';
export { createOrganisation, type NewOrganisation } from './service/create-organisation';
export { addMembership, endMembership, type NewMembership } from './service/memberships';
