import type { Actor } from '../../../platform/authz';
import { Conflict } from '../../../platform/errors';
import { type AccountRecord, findMerge, mergeAccounts, mergesInto } from '../../accounts';
import { isOfWholeSite } from '../policy';
import { accountInReach, organisationsInReach, reachOf } from './reach';

const isAdministrator = ({ grants }: AccountRecord): boolean =>
  grants.some(({ role }) => role === 'administrator');

/**
 * Why the actor may not join these two accounts, as a locale key; null: they may. What comes to the
 * one that stays must be theirs to give, and what ends with the other one theirs to take.
 */
export async function reasonAgainst(
  actor: Actor,
  goes: AccountRecord,
  stays: AccountRecord,
): Promise<string | null> {
  if (actor.byId !== undefined) return 'admin.merge.no.acting';
  if (goes.id === stays.id) return 'accounts.merge.same';
  if (goes.id === actor.id) return 'admin.merge.no.self';
  if (!isOfWholeSite(actor)) {
    if (isAdministrator(goes) || isAdministrator(stays)) return 'admin.merge.no.administrator';
    const places = [...goes.grants, ...stays.grants].map(({ organisationId }) => organisationId);
    const reached = await organisationsInReach(reachOf(actor), places);
    if (places.some((id) => !reached.has(id))) return 'admin.merge.no.beyond';
  }
  if (!stays.signsIn) return 'accounts.merge.awaitsConfirmation';
  if (await isJoining(goes.id, stays.id)) return 'accounts.merge.running';
  return null;
}

/** True while rooms still join something into one of these accounts. */
async function isJoining(...userIds: string[]): Promise<boolean> {
  for (const id of userIds) {
    if ((await mergesInto(id)).some(({ finished }) => !finished)) return true;
  }
  return false;
}

/** Joins two accounts of one person. @throws NotFound out of reach; Conflict where it may not be */
export async function mergeByAdministrator(
  actor: Actor,
  wish: { from: string; to: string },
): Promise<void> {
  // Sent twice, it is done once.
  if ((await findMerge(wish.from))?.into === wish.to) {
    await accountInReach(actor, wish.to);
    return;
  }
  const goes = await accountInReach(actor, wish.from);
  const stays = await accountInReach(actor, wish.to);
  const reason = await reasonAgainst(actor, goes, stays);
  if (reason !== null) throw new Conflict('not-joined', reason);
  await mergeAccounts(wish);
}
