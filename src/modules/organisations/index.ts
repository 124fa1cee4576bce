export { type Day, isDay } from './dates';
export { MEMBERSHIP_KINDS, ORGANISATION_KINDS, type OrganisationKind } from './model';
export { scopeOf } from './policy';
export {
  findOrganisation,
  findOrganisationByCode,
  findOrganisations,
  type MembershipRecord,
  membersAmong,
  membershipsOf,
  nameIn,
  type Organisation,
  organisationsWithin,
  pathsOf,
} from './queries';
export { createOrganisations } from './room';
export { createOrganisation } from './service/create-organisation';
export { addMembership, endMembership } from './service/memberships';
