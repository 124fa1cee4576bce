import { rehomeActs } from '../../../platform/bulk';
import type { TreeMove, TreeRecords } from '../../../platform/tree';
import { now } from '../../../shared/clock';
import { Membership, OrganisationMove, type OrganisationMoveRow } from '../model';
import { findOrganisations, type Organisation } from '../queries';
import { subtreeOf } from './move-organisation';

/** A record whose path is that of several organisations together, such as an enrolment. */
export interface SharedPlace {
  readonly organisationPath: readonly string[];
  readonly userId: string;
  /** Ids of organisations to which it belongs by itself, whatever else is in its path. */
  readonly own: readonly (string | null)[];
}

async function organisationsOf(ids: readonly string[]): Promise<Map<string, Organisation>> {
  const found = new Map<string, Organisation>();
  for (let from = 0; from < ids.length; from += 1_000) {
    for (const [id, each] of await findOrganisations(ids.slice(from, from + 1_000))) {
      found.set(id, each);
    }
  }
  return found;
}

/** `<user> <organisation>` of those who are or were in one of these organisations itself. */
async function belonging(records: readonly SharedPlace[], ids: readonly string[]) {
  if (ids.length === 0) return new Set<string>();
  const rows = await Membership.find(
    { userId: { $in: records.map(({ userId }) => userId) }, organisationId: { $in: ids } },
    { userId: 1, organisationId: 1 },
  ).lean();
  return new Set(rows.map(({ userId, organisationId }) => `${userId} ${organisationId}`));
}

/**
 * The paths of such records in the tree as it is now, 500 at most: without what stood above the
 * organisation that moved, except where the record belongs there for another reason.
 */
export async function sharedPathsNow(
  records: readonly SharedPlace[],
  { left }: TreeMove,
): Promise<string[][]> {
  const ids = new Set(
    records.flatMap(({ organisationPath, own }) => [...organisationPath, ...own]),
  );
  const tree = await organisationsOf([...ids].filter((id) => id !== null));
  const there = await belonging(records, left);
  return records.map(({ organisationPath, userId, own }) => {
    const kept = organisationPath.filter(
      (id) => !left.includes(id) || own.includes(id) || there.has(`${userId} ${id}`),
    );
    const all = new Set(
      [...own.filter((id) => id !== null), ...kept].flatMap((id) => tree.get(id)?.path ?? [id]),
    );
    // In the order in which it was, so that what need not change does not.
    return [...new Set([...organisationPath.filter((id) => all.has(id)), ...all])];
  });
}

/**
 * For records of one organisation whose path is the organisation's own: calls `set` with each
 * organisation at or below the one that moved. The condition finds the ones that have another path.
 */
export async function followOwnPaths(
  { organisationId }: Pick<TreeMove, 'organisationId'>,
  set: (
    organisation: Organisation,
    astray: { $and: [{ organisationPath: string }, { organisationPath: { $ne: string[] } }] },
  ) => Promise<unknown>,
): Promise<void> {
  for (const each of await subtreeOf(organisationId)) {
    await set(each, {
      $and: [{ organisationPath: each.id }, { organisationPath: { $ne: [...each.path] } }],
    });
  }
}

export const membershipTree: TreeRecords = {
  follow: (move) =>
    followOwnPaths(move, async ({ id, path }, astray) => {
      await Membership.updateMany(
        { organisationId: id, ...astray },
        { $set: { organisationPath: path } },
      );
      await rehomeActs(id, path);
    }),
};

/** A move as those see it who follow it. */
export interface OrganisationMoveRecord extends TreeMove {
  readonly moveId: string;
  /** When every room had followed for the first time; null: not yet. */
  readonly followedAt: Date | null;
}

const toMove = (row: OrganisationMoveRow): OrganisationMoveRecord => ({
  moveId: row._id.toHexString(),
  organisationId: row.organisationId,
  left: row.left,
  followedAt: row.followedAt,
});

export async function findMove(moveId: string): Promise<OrganisationMoveRecord | null> {
  const row = await OrganisationMove.findById(moveId).lean<OrganisationMoveRow>();
  return row && toMove(row);
}

/** True while records still follow a move of this organisation. */
export const isBeingFollowed = async (organisationId: string): Promise<boolean> =>
  (await OrganisationMove.exists({ organisationId, followedAt: null })) !== null;

const AT_ONCE = 100;

/** Moves before `until` that were not followed a second time, the oldest first. */
export async function movesToSettle(until: Date): Promise<OrganisationMoveRecord[]> {
  const rows = await OrganisationMove.find({ settledAt: null, at: { $lt: until } })
    .sort({ at: 1 })
    .limit(AT_ONCE)
    .lean<OrganisationMoveRow[]>();
  return rows.map(toMove);
}

/** Writes down that every room has followed; the second time, when nothing old is under way any more. */
export async function markFollowed(moveId: string, which: 'first' | 'settled'): Promise<void> {
  const time = now();
  await OrganisationMove.updateOne(
    { _id: moveId, followedAt: null },
    { $set: { followedAt: time } },
  );
  if (which === 'settled') {
    await OrganisationMove.updateOne({ _id: moveId }, { $set: { settledAt: time } });
  }
}
