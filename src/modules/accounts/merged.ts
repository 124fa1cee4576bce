import { isValidObjectId } from 'mongoose';
import { now } from '../../shared/clock';
import { normaliseEmail } from '../../shared/text';
import { LeavingAccount, MergedAccount, type MergedAccountRow, User } from './model';
import { emailTaken } from './service/shared';

/** An account that was joined with another one. */
export interface Merge {
  readonly from: string;
  readonly into: string;
  /** The address that it had. */
  readonly email: string;
  readonly at: Date;
  /** Every room has joined what it keeps. */
  readonly finished: boolean;
}

const toMerge = (row: MergedAccountRow): Merge => ({
  from: row._id.toHexString(),
  into: row.into,
  email: row.email,
  at: row.at,
  finished: row.finishedAt !== null,
});

/** What became of an account that was joined with another; null when it was not. */
export async function findMerge(from: string): Promise<Merge | null> {
  if (!isValidObjectId(from)) return null;
  const row = await MergedAccount.findById(from).lean<MergedAccountRow>();
  return row && toMerge(row);
}

const MOST = 100;

/** The accounts that were joined with this one, the latest first. */
export async function mergesInto(userId: string): Promise<Merge[]> {
  const rows = await MergedAccount.find({ into: userId })
    .sort({ at: -1 })
    .limit(MOST)
    .lean<MergedAccountRow[]>();
  return rows.map(toMerge);
}

/** Those of these accounts, 500 at most, that were joined with another one: by id, the one that stayed. */
export async function successorsOf(userIds: readonly string[]): Promise<Map<string, string>> {
  const ids = userIds.filter((id) => isValidObjectId(id)).slice(0, 500);
  const rows = await MergedAccount.find({ _id: { $in: ids } }, { into: 1 }).lean();
  return new Map(rows.map(({ _id, into }) => [_id.toHexString(), into]));
}

/** Joined before `before` and not yet by every room; the oldest first. */
export async function unfinishedMerges(before: Date): Promise<Merge[]> {
  const rows = await MergedAccount.find({ finishedAt: null, at: { $lt: before } })
    .sort({ at: 1 })
    .limit(MOST)
    .lean<MergedAccountRow[]>();
  return rows.map(toMerge);
}

export async function finishMerge(from: string): Promise<void> {
  await MergedAccount.updateOne({ _id: from, finishedAt: null }, { $set: { finishedAt: now() } });
}

/** Addresses (as `normaliseEmail` writes them) of someone who has left, or whose account was joined. */
export async function formerAddressesOf(userId: string): Promise<string[]> {
  if (!isValidObjectId(userId)) return [];
  const leaving = await LeavingAccount.findById(userId).lean();
  const merged = await MergedAccount.findById(userId, { email: 1 }).lean();
  return [...(leaving?.emailKeys ?? []), ...(merged ? [normaliseEmail(merged.email)] : [])];
}

/** The last trace of someone who has left, and of the accounts that were joined with theirs. */
export async function forgetLeaver(userId: string): Promise<void> {
  await MergedAccount.deleteMany({ into: userId });
  await LeavingAccount.deleteOne({ _id: userId });
}

/** Ids of the accounts that stayed, by the addresses (as `normaliseEmail` writes them) of those that did not. */
export async function successorsByEmail(
  emailKeys: readonly string[],
): Promise<Map<string, string>> {
  const rows = await MergedAccount.find(
    { emailKey: { $in: emailKeys } },
    { emailKey: 1, into: 1 },
  ).lean<Pick<MergedAccountRow, 'emailKey' | 'into'>[]>();
  return new Map(rows.map(({ emailKey, into }) => [emailKey ?? '', into]));
}

/**
 * The account whose owner has this address: its own, or that of an account that was joined with it
 * and whose address they had confirmed.
 */
export async function ownerOf(email: string) {
  const fields = { awaitsConfirmation: 1 } as const;
  const emailKey = normaliseEmail(email);
  const user = await User.findOne({ emailKey }, fields).lean();
  if (user) return user;
  const merged = await MergedAccount.findOne({ emailKey, confirmed: true }).lean();
  return merged && User.findById(merged.into, fields).lean();
}

/**
 * Gives the address of a joined account to another account, in the transaction that takes it: to the
 * one with which it was joined, or to anyone when nobody had ever shown that it was theirs.
 * @throws Conflict `email-taken`
 */
export async function releaseAddress(email: string, userId: string | null): Promise<void> {
  const emailKey = normaliseEmail(email);
  const merged = await MergedAccount.findOne({ emailKey }).lean<MergedAccountRow>();
  if (!merged) return;
  const others = merged.confirmed && merged.into !== userId;
  if (others && (await User.exists({ _id: merged.into }))) throw emailTaken();
  await MergedAccount.updateOne({ _id: merged._id }, { $set: { emailKey: null } });
}
