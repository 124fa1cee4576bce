export { type Day, dayIn, isDay, noonOf } from './dates';
export { membershipChanged, organisationMoved } from './events';
export { MEMBERSHIP_KINDS, ORGANISATION_KINDS, type OrganisationKind } from './model';
export { scopeOf, showsPeople } from './policy';
export {
  childrenOf,
  currentMembershipsOf,
  findOrganisation,
  findOrganisationByCode,
  findOrganisations,
  type MembershipRecord,
  membersAmong,
  membershipsOf,
  nameIn,
  normaliseNumber,
  type Organisation,
  organisationsWithin,
  ownersOfNumbers,
  pathsOf,
  pathsOfMany,
  peopleTurning,
  placesFor,
} from './queries';
export { createOrganisations } from './room';
export {
  closeOrganisation,
  renameOrganisation,
  reopenOrganisation,
} from './service/change-organisation';
export { createOrganisation } from './service/create-organisation';
export {
  findMove,
  followOwnPaths,
  isBeingFollowed,
  markFollowed,
  movesToSettle,
  type OrganisationMoveRecord,
  sharedPathsNow,
} from './service/follow-move';
export { addMembership, endMembership } from './service/memberships';
export { mayStandUnder, moveOrganisation } from './service/move-organisation';
export { type MovePreview, previewMove } from './service/preview-move';
