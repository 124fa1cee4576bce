export {
  type AccountRecord,
  countRolesIn,
  findAccount,
  type PeoplePage,
  peopleWithRoleIn,
  searchPeople,
} from './administration';
export * from './events';
export { accountLink, firstAdministratorLink, invitationLink, type LinkPurpose } from './links';
export {
  findMerge,
  finishMerge,
  forgetLeaver,
  formerAddressesOf,
  type Merge,
  mergesInto,
  successorsOf,
  unfinishedMerges,
} from './merged';
export {
  addressesOf,
  findDevice,
  findPeople,
  findPerson,
  findUserIdByEmail,
  findUserIdsByEmail,
  type Person,
  timeZonesOf,
} from './queries';
export { createAccounts } from './room';
export { beginActing, endActing } from './service/act-as';
export { createAccount } from './service/create-account';
export { inviteAccounts } from './service/invite-accounts';
export { mergeAccounts } from './service/merge-accounts';
export { changeName } from './service/profile';
export { grantRole, revokeRole, rolesOf, WHOLE_SITE } from './service/roles';
export { addUnread, addUnreadToMany, setUnread } from './service/unread';
