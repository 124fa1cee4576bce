import { isValidObjectId, Types } from 'mongoose';
import type { RoleGrant } from '../../platform/authz';
import { readerTogether } from '../../platform/db';
import type { Preferences } from '../../platform/http';
import type { Language } from '../../platform/i18n';
import { normaliseEmail } from '../../shared/text';
import { successorsByEmail } from './merged';
import { User, type UserRow } from './model';

/** What other rooms may know of a person. */
export interface Person {
  id: string;
  name: string;
  email: string;
  emailConfirmedAt: Date | null;
  language: Language;
}

const PERSON = { name: 1, email: 1, emailConfirmedAt: 1, 'preferences.language': 1 } as const;

type PersonFields = Pick<UserRow, '_id' | 'name' | 'email' | 'emailConfirmedAt' | 'preferences'>;

const toPerson = (row: PersonFields): Person => ({
  id: row._id.toHexString(),
  name: row.name,
  email: row.email,
  emailConfirmedAt: row.emailConfirmedAt,
  language: row.preferences.language,
});

/** The person, or null when there is no account with this id (hex). */
export async function findPerson(userId: string): Promise<Person | null> {
  if (!isValidObjectId(userId)) return null;
  const row = await User.findById(userId, PERSON).lean<PersonFields>();
  return row && toPerson(row);
}

/** Those of the people who exist, by id; at most 1,000 ids at a time. */
export async function findPeople(userIds: readonly string[]): Promise<Map<string, Person>> {
  if (userIds.length > 1_000) throw new Error(`${userIds.length} people are too many at once`);
  const ids = userIds.filter((id) => isValidObjectId(id));
  const rows = await User.find({ _id: { $in: ids } }, PERSON).lean<PersonFields[]>();
  return new Map(rows.map(toPerson).map((person) => [person.id, person]));
}

/** The time zones that these people, 1,000 at most, have chosen; nothing for who keeps to the site's. */
export async function timeZonesOf(userIds: readonly string[]): Promise<Map<string, string>> {
  const ids = userIds.filter((id) => isValidObjectId(id)).slice(0, 1_000);
  const rows = await User.find(
    { _id: { $in: ids }, 'preferences.timeZone': { $type: 'string' } },
    { 'preferences.timeZone': 1 },
  ).lean<Pick<UserRow, '_id' | 'preferences'>[]>();
  return new Map(
    rows.map(({ _id, preferences }) => [_id.toHexString(), preferences.timeZone ?? '']),
  );
}

/**
 * Id of the account with this address, in whatever case it is written, or of the one with which that
 * was joined; null when there is none.
 */
export const findUserIdByEmail = async (email: string): Promise<string | null> =>
  (await findUserIdsByEmail([email])).get(normaliseEmail(email)) ?? null;

/** The same for up to 1,000 addresses: ids by the address as `normaliseEmail` writes it. */
export async function findUserIdsByEmail(emails: readonly string[]): Promise<Map<string, string>> {
  if (emails.length > 1_000) throw new Error(`${emails.length} addresses are too many at once`);
  const emailKeys = emails.map(normaliseEmail);
  const rows = await User.find({ emailKey: { $in: emailKeys } }, { emailKey: 1 }).lean();
  const own = rows.map(({ _id, emailKey }): [string, string] => [emailKey, _id.toHexString()]);
  return new Map([...(await successorsByEmail(emailKeys)), ...own]);
}

/** Addresses to which mail about the account itself goes; other rooms than notifications use `findPerson`. */
export async function addressesOf(
  userId: string,
): Promise<{ current: string; pending: string | null; previous: string | null } | null> {
  const row = await User.findById(userId, { email: 1, pendingEmail: 1, previousEmail: 1 }).lean();
  return row && { current: row.email, pending: row.pendingEmail, previous: row.previousEmail };
}

/** A device that the account knows, by its id; null when it has been forgotten. */
export async function findDevice(
  userId: string,
  deviceId: string,
): Promise<{ browser: string | null; system: string | null; firstSeenAt: Date } | null> {
  const row = await User.findById(userId, { knownDevices: 1 }).lean();
  return row?.knownDevices.find(({ id }) => id === deviceId) ?? null;
}

/** What each request of someone who is signed in reads of the account. */
export interface SignedIn {
  id: string;
  name: string;
  unread: number;
  grants: readonly RoleGrant[];
  preferences: Preferences;
}

const SIGNED_IN = { name: 1, unread: 1, grants: 1, preferences: 1 } as const;

const readSignedIn = readerTogether<Pick<UserRow, '_id' | keyof typeof SIGNED_IN>>(
  User,
  (id) => new Types.ObjectId(id),
  SIGNED_IN,
);

export async function findSignedIn(userId: string): Promise<SignedIn | null> {
  if (!isValidObjectId(userId)) return null;
  const row = await readSignedIn(userId);
  return (
    row && {
      id: row._id.toHexString(),
      name: row.name,
      unread: Math.max(0, row.unread),
      grants: row.grants.map(({ role, organisationId }) => ({ role, organisationId })),
      preferences: row.preferences,
    }
  );
}

/** What a person sees of their own account. */
export interface OwnAccount {
  name: string;
  email: string;
  emailConfirmed: boolean;
  pendingEmail: string | null;
}

export async function findOwnAccount(userId: string): Promise<OwnAccount | null> {
  const row = await User.findById(userId, {
    name: 1,
    email: 1,
    emailConfirmedAt: 1,
    pendingEmail: 1,
  }).lean();
  return (
    row && {
      name: row.name,
      email: row.email,
      emailConfirmed: row.emailConfirmedAt !== null,
      pendingEmail: row.pendingEmail,
    }
  );
}

export async function findPasswordHash(userId: string): Promise<string | null> {
  const row = await User.findById(userId, { passwordHash: 1 }).lean();
  return row?.passwordHash ?? null;
}
