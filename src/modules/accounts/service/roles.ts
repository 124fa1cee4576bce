import { isValidObjectId } from 'mongoose';
import { audit } from '../../../platform/audit';
import type { Role, RoleGrant } from '../../../platform/authz';
import { inTransaction } from '../../../platform/db';
import { Conflict } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { AdministratorGuard, FirstAdministrator, User } from '../model';
import { account, accountForChange } from './shared';

/** Stands for an organisation in a grant that reaches the whole site: the first administrator's. */
export const WHOLE_SITE = 'site';

/**
 * Gives a role for an organisation and all below it (or `WHOLE_SITE`); giving it twice changes
 * nothing. Who may give it is the caller's to decide. @throws NotFound
 */
export async function grantRole(userId: string, grant: RoleGrant): Promise<void> {
  await inTransaction(async () => {
    const user = await accountForChange(userId);
    if (user.grants.some((each) => isSame(each, grant))) return;
    user.grants.push({ role: grant.role, organisationId: grant.organisationId });
    await user.save();
    await audit({ action: 'accounts.grant-role', subject: account(userId), after: { ...grant } });
  });
}

/**
 * Takes a role away; takes effect at the person's next request.
 * @throws NotFound; Conflict `last-administrator`
 */
export async function revokeRole(userId: string, grant: RoleGrant): Promise<void> {
  await inTransaction(async () => {
    const user = await accountForChange(userId);
    if (!user.grants.some((each) => isSame(each, grant))) return;
    if (isSame(grant, SITE_ADMINISTRATOR)) await keepAnAdministrator(userId);
    user.set(
      'grants',
      user.grants.filter((each) => !isSame(each, grant)),
    );
    await user.save();
    await audit({ action: 'accounts.revoke-role', subject: account(userId), before: { ...grant } });
  });
}

export async function rolesOf(userId: string): Promise<RoleGrant[]> {
  if (!isValidObjectId(userId)) return [];
  const user = await User.findById(userId, { grants: 1 }).lean();
  return (user?.grants ?? []).map(({ role, organisationId }) => ({ role, organisationId }));
}

const isSame = (a: RoleGrant, b: RoleGrant): boolean =>
  a.role === b.role && a.organisationId === b.organisationId;

const ADMINISTRATOR: Role = 'administrator';
const SITE_ADMINISTRATOR: RoleGrant = { role: ADMINISTRATOR, organisationId: WHOLE_SITE };

export const isSiteAdministrator = (grants: readonly RoleGrant[]): boolean =>
  grants.some((each) => isSame(each, SITE_ADMINISTRATOR));

/**
 * Makes sure that the whole site has an administrator besides this one, in the transaction that
 * takes this one away. @throws Conflict `last-administrator`
 */
export async function keepAnAdministrator(userId: string): Promise<void> {
  await AdministratorGuard.updateOne(
    { _id: 'administrators' },
    { $inc: { changes: 1 } },
    { upsert: true },
  );
  const other = await User.exists({
    _id: { $ne: userId },
    awaitsConfirmation: false,
    grants: { $elemMatch: SITE_ADMINISTRATOR },
  });
  if (!other) throw new Conflict('last-administrator', 'accounts.error.lastAdministrator');
}

/**
 * Makes `userId` the first administrator, in the transaction that made the account.
 * @throws a duplicate key when the site has had one
 */
export async function becomeFirstAdministrator(userId: string): Promise<void> {
  await FirstAdministrator.create({ _id: 'first-administrator', userId });
  await User.updateOne(
    { _id: userId },
    { $push: { grants: { role: ADMINISTRATOR, organisationId: WHOLE_SITE } } },
  );
  await audit({
    action: 'accounts.first-administrator',
    subject: account(userId),
    userId,
    after: { role: ADMINISTRATOR, organisationId: WHOLE_SITE, at: now() },
  });
}
