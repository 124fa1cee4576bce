import { isValidObjectId } from 'mongoose';
import type { RoleGrant } from '../../platform/authz';
import type { Language } from '../../platform/i18n';
import { now } from '../../shared/clock';
import { SessionRecord, User, type UserRow } from './model';
import { searchFor } from './search';

/** An account as those see it who administer it. */
export interface AccountRecord {
  id: string;
  name: string;
  email: string;
  emailConfirmed: boolean;
  /** Somebody can or could sign in to it; not so before an invitation or a sign-up is confirmed. */
  signsIn: boolean;
  language: Language;
  grants: readonly RoleGrant[];
  createdAt: Date;
}

const FIELDS = {
  name: 1,
  email: 1,
  emailConfirmedAt: 1,
  awaitsConfirmation: 1,
  passwordHash: 1,
  'preferences.language': 1,
  grants: 1,
  createdAt: 1,
} as const;

type Fields = Pick<
  UserRow,
  | '_id'
  | 'name'
  | 'email'
  | 'emailConfirmedAt'
  | 'awaitsConfirmation'
  | 'passwordHash'
  | 'preferences'
  | 'grants'
  | 'createdAt'
>;

const toRecord = (row: Fields): AccountRecord => ({
  id: row._id.toHexString(),
  name: row.name,
  email: row.email,
  emailConfirmed: row.emailConfirmedAt !== null,
  signsIn: !row.awaitsConfirmation && (row.emailConfirmedAt ?? row.passwordHash) !== null,
  language: row.preferences.language,
  grants: row.grants.map(({ role, organisationId }) => ({ role, organisationId })),
  createdAt: row.createdAt,
});

export interface PeoplePage {
  people: readonly AccountRecord[];
  page: number;
  pages: number;
  /** How many there are; `many` stands for "this many or more". */
  total: number;
  many: boolean;
}

const PER_PAGE = 25;
/** More than this nobody pages through; the search is made narrower. */
const MOST = 1_000;

/**
 * Accounts whose name or address begins like what was typed, the newest first; all of them when
 * nothing was typed. `among` leaves those that the asker may see: of the first thousand found.
 */
export async function searchPeople(query: {
  typed: string;
  page: number;
  among?: (people: readonly AccountRecord[]) => Promise<readonly AccountRecord[]>;
}): Promise<PeoplePage> {
  const filter = searchFor(query.typed) ?? {};
  const total = await User.countDocuments(filter).limit(MOST);
  const cut = (all: number) => {
    const pages = Math.max(1, Math.ceil(all / PER_PAGE));
    return { pages, page: Math.min(query.page, pages), total: all, many: total === MOST };
  };
  const find = (skip: number, limit: number) =>
    User.find(filter, FIELDS).sort({ _id: -1 }).skip(skip).limit(limit).lean<Fields[]>();
  if (query.among) {
    const people = await query.among((await find(0, MOST)).map(toRecord));
    const place = cut(people.length);
    const first = (place.page - 1) * PER_PAGE;
    return { ...place, people: people.slice(first, first + PER_PAGE) };
  }
  const place = cut(total);
  const rows = await find((place.page - 1) * PER_PAGE, PER_PAGE);
  return { ...place, people: rows.map(toRecord) };
}

export async function findAccount(
  userId: string,
): Promise<(AccountRecord & { sessions: number }) | null> {
  if (!isValidObjectId(userId)) return null;
  const row = await User.findById(userId, FIELDS).lean<Fields>();
  if (!row) return null;
  const sessions = await SessionRecord.countDocuments({
    'session.passport.user': userId,
    expires: { $gt: now() },
  });
  return { ...toRecord(row), sessions };
}

/** Who holds a role in exactly this organisation (or `WHOLE_SITE`); at most 200. */
export async function peopleWithRoleIn(organisationId: string): Promise<AccountRecord[]> {
  const rows = await User.find({ 'grants.organisationId': organisationId }, FIELDS)
    .sort({ _id: 1 })
    .limit(200)
    .lean<Fields[]>();
  return rows.map(toRecord);
}

/** How many roles are given in these organisations themselves. */
export async function countRolesIn(organisationIds: readonly string[]): Promise<number> {
  const [found] = await User.aggregate<{ roles: number }>([
    { $match: { 'grants.organisationId': { $in: [...organisationIds] } } },
    { $unwind: '$grants' },
    { $match: { 'grants.organisationId': { $in: [...organisationIds] } } },
    { $count: 'roles' },
  ]);
  return found?.roles ?? 0;
}
