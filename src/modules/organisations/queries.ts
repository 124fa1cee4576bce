import { isValidObjectId } from 'mongoose';
import { type Scope, withinScope } from '../../platform/authz';
import type { Language } from '../../platform/i18n';
import { now } from '../../shared/clock';
import { tidy } from '../../shared/text';
import { type Day, dayIn } from './dates';
import {
  MemberNumber,
  Membership,
  type MembershipKind,
  type MembershipRow,
  type OrganisationKind,
  Organisation as OrganisationModel,
  type OrganisationRow,
  PLACES,
} from './model';

export interface Organisation {
  id: string;
  code: string;
  name: string;
  /** Names in languages in which it calls itself differently. */
  names: Partial<Record<Language, string>>;
  kind: OrganisationKind;
  parentId: string | null;
  /** Ids from the root of the tree to the organisation itself. */
  path: readonly string[];
  timeZone: string;
  /** Nothing new is begun under it from then on; null: it is open. */
  closedAt: Date | null;
}

export interface MembershipRecord {
  id: string;
  userId: string;
  organisationId: string;
  organisationPath: readonly string[];
  kind: MembershipKind;
  number: string | null;
  startsOn: Day;
  /** The last day; null while no end is known. */
  endsOn: Day | null;
}

/** The form in which a membership number is kept and compared. */
export const normaliseNumber = (number: string): string => tidy(number).toUpperCase();

export const toOrganisation = (row: OrganisationRow): Organisation => ({
  id: row._id.toHexString(),
  code: row.code,
  name: row.name,
  // mongoose leaves an empty object away.
  names: row.names ?? {},
  kind: row.kind,
  parentId: row.parentId,
  path: row.path,
  timeZone: row.timeZone,
  closedAt: row.closedAt ?? null,
});

export const toMembership = (row: MembershipRow): MembershipRecord => ({
  id: row._id.toHexString(),
  userId: row.userId,
  organisationId: row.organisationId,
  organisationPath: row.organisationPath,
  kind: row.kind,
  number: row.number,
  startsOn: row.startsOn,
  endsOn: row.endsOn,
});

/** What the organisation is called in a language. */
export const nameIn = (organisation: Organisation, language: Language): string =>
  organisation.names[language] ?? organisation.name;

export async function findOrganisation(id: string): Promise<Organisation | null> {
  if (!isValidObjectId(id)) return null;
  const row = await OrganisationModel.findById(id).lean<OrganisationRow>();
  return row && toOrganisation(row);
}

export async function findOrganisationByCode(code: string): Promise<Organisation | null> {
  const row = await OrganisationModel.findOne({ code }).lean<OrganisationRow>();
  return row && toOrganisation(row);
}

/** Those that exist, by id; at most 1,000 ids at a time. */
export async function findOrganisations(
  ids: readonly string[],
): Promise<Map<string, Organisation>> {
  if (ids.length > 1_000) throw new Error(`${ids.length} organisations are too many at once`);
  const rows = await OrganisationModel.find({
    _id: { $in: ids.filter((id) => isValidObjectId(id)) },
  }).lean<OrganisationRow[]>();
  return new Map(rows.map(toOrganisation).map((each) => [each.id, each]));
}

/** Organisations inside a scope, by name; a page of them. */
export async function organisationsWithin(
  scope: Scope,
  page: { skip: number; limit: number },
): Promise<Organisation[]> {
  const rows = await OrganisationModel.find(withinScope(scope, 'path'))
    .sort({ name: 1, _id: 1 })
    .skip(page.skip)
    .limit(Math.min(page.limit, 200))
    .lean<OrganisationRow[]>();
  return rows.map(toOrganisation);
}

/** A person's memberships, the latest first, those that have ended as well; at most 100. */
export async function membershipsOf(userId: string): Promise<MembershipRecord[]> {
  const rows = await Membership.find({ userId })
    .sort({ startsOn: -1, _id: -1 })
    .limit(100)
    .lean<MembershipRow[]>();
  return rows.map(toMembership);
}

/** Those of these people, 1,000 at most, who belong or have belonged to the scope. */
export async function membersAmong(scope: Scope, userIds: readonly string[]): Promise<Set<string>> {
  if (userIds.length > 1_000) throw new Error(`${userIds.length} people are too many at once`);
  const rows = await Membership.find(
    { userId: { $in: userIds }, ...withinScope(scope) },
    { userId: 1 },
  ).lean();
  return new Set(rows.map(({ userId }) => userId));
}

/** True from the first to the last day, both included, in the time zone of the organisation. */
export const isCurrent = (
  membership: MembershipRecord,
  organisations: ReadonlyMap<string, Organisation>,
): boolean => {
  const today = dayIn(organisations.get(membership.organisationId)?.timeZone ?? 'UTC', now());
  return membership.startsOn <= today && (membership.endsOn === null || membership.endsOn >= today);
};

/**
 * Paths of the organisations to which the person belongs today, unions before employers: for what
 * is written down beside an enrolment.
 */
export const pathsOf = async (userId: string): Promise<(readonly string[])[]> =>
  (await pathsOfMany([userId])).get(userId) ?? [];

/** The same for up to 500 people at once: by the id of the person. */
export async function pathsOfMany(
  userIds: readonly string[],
): Promise<Map<string, (readonly string[])[]>> {
  const current = await currentMembershipsOf(userIds);
  const pathsIn = (memberships: readonly MembershipRecord[], kind: MembershipKind) =>
    memberships
      .filter((each) => each.kind === kind)
      .map(({ organisationPath }) => organisationPath);
  return new Map(
    [...current].map(([userId, memberships]) => [
      userId,
      [...pathsIn(memberships, 'union-member'), ...pathsIn(memberships, 'employee')],
    ]),
  );
}

/** Whose these numbers are in these unions: the owners of each number, one in each union at most. */
export async function ownersOfNumbers(
  unionIds: readonly string[],
  numbers: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await MemberNumber.find({
    unionId: { $in: unionIds },
    number: { $in: numbers.map(normaliseNumber) },
  }).lean();
  const owners = new Map<string, string[]>();
  for (const { number, userId } of rows) {
    owners.set(number, [...(owners.get(number) ?? []), userId]);
  }
  return owners;
}

/** The memberships that these people have today, by person; at most 500 people at a time. */
export async function currentMembershipsOf(
  userIds: readonly string[],
): Promise<Map<string, MembershipRecord[]>> {
  if (userIds.length > 500) throw new Error(`${userIds.length} people are too many at once`);
  const rows = await Membership.find({ userId: { $in: userIds } })
    .sort({ startsOn: -1, _id: -1 })
    .lean<MembershipRow[]>();
  const memberships = rows.map(toMembership);
  const ids = [...new Set(memberships.map(({ organisationId }) => organisationId))];
  const organisations = new Map<string, Organisation>();
  for (let from = 0; from < ids.length; from += 500) {
    const some = await findOrganisations(ids.slice(from, from + 500));
    for (const [id, organisation] of some) organisations.set(id, organisation);
  }
  const current = new Map<string, MembershipRecord[]>();
  for (const membership of memberships) {
    if (!isCurrent(membership, organisations)) continue;
    const { userId } = membership;
    current.set(userId, [...(current.get(userId) ?? []), membership]);
  }
  return current;
}

/**
 * People with a membership whose first or last day lies between these days, both included: some
 * hundreds at a time, and who has two such memberships may come twice.
 */
export async function* peopleTurning(from: Day, to: Day): AsyncGenerator<string[]> {
  const between = { $gte: from, $lte: to };
  for (const filter of [{ startsOn: between }, { endsOn: between }]) {
    let batch = new Set<string>();
    const rows = Membership.find(filter, { _id: 0, userId: 1 }).lean().cursor({ batchSize: 500 });
    for await (const { userId } of rows) {
      batch.add(userId);
      if (batch.size < 500) continue;
      yield [...batch];
      batch = new Set();
    }
    if (batch.size > 0) yield [...batch];
  }
}

/** The organisations right below one, by name; below nothing: the roots of the trees. At most 500. */
export async function childrenOf(parentId: string | null): Promise<Organisation[]> {
  const rows = await OrganisationModel.find({ parentId })
    .sort({ name: 1 })
    .limit(500)
    .lean<OrganisationRow[]>();
  return rows.map(toOrganisation);
}

/** Places that one looks through for a name; there are a few hundred unions and branches. */
const MOST_PLACES = 5_000;

/**
 * Open organisations of a scope under which this one may stand and does not stand now, by name.
 * @param typed what the name, the code or a name in another language holds; '': all
 */
export async function placesFor(
  one: Organisation,
  scope: Scope,
  typed: string,
): Promise<Organisation[]> {
  const kinds = PLACES[one.kind].filter((kind) => kind !== null);
  const rows = await OrganisationModel.find({
    ...withinScope(scope, 'path'),
    kind: { $in: kinds },
    closedAt: null,
  })
    .sort({ name: 1, _id: 1 })
    .limit(MOST_PLACES)
    .lean<OrganisationRow[]>();
  const wanted = typed.normalize('NFKC').toLowerCase();
  return rows
    .map(toOrganisation)
    .filter(
      (each) =>
        !each.path.includes(one.id) &&
        each.id !== one.parentId &&
        [each.name, each.code, ...Object.values(each.names)].some((name) =>
          name.normalize('NFKC').toLowerCase().includes(wanted),
        ),
    );
}
