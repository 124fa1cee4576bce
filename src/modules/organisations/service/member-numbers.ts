import type { Types } from 'mongoose';
import { Conflict, NotFound } from '../../../platform/errors';
import { MemberNumber, Membership } from '../model';
import { findOrganisations, type Organisation } from '../queries';

/** The union in which a branch's numbers are unique: the nearest one above it, or it itself. */
export async function unionOf({ path }: Pick<Organisation, 'path'>): Promise<Organisation> {
  const above = await findOrganisations(path);
  const union = [...path]
    .reverse()
    .map((id) => above.get(id))
    .find((each) => each?.kind === 'union');
  if (!union) throw new NotFound();
  return union;
}

/** @throws Conflict `number-taken` when it is someone else's */
export async function takeNumber(
  union: Organisation,
  number: string,
  userId: string,
): Promise<void> {
  const owner = await MemberNumber.findOneAndUpdate(
    { unionId: union.id, number },
    { $setOnInsert: { userId } },
    { upsert: true, returnDocument: 'after' },
  ).lean();
  if (owner.userId !== userId) {
    throw new Conflict('number-taken', 'organisations.error.numberTaken', {
      number,
      union: union.name,
    });
  }
}

const MANY = 500;

interface Numbered {
  _id: Types.ObjectId;
  userId: string;
  number: string;
}

/**
 * The members of these organisations who have a number, some at a time. By the organisation itself:
 * the path of a membership may still be that of before a move.
 */
async function* numberedIn(ids: readonly string[]): AsyncGenerator<Numbered[]> {
  let after: Types.ObjectId | null = null;
  for (;;) {
    const rows: Numbered[] = await Membership.find(
      {
        // The index of paths finds them: in each path stands the organisation itself.
        organisationPath: { $in: ids },
        organisationId: { $in: ids },
        kind: 'union-member',
        number: { $type: 'string' },
        ...(after ? { _id: { $gt: after } } : {}),
      },
      { userId: 1, number: 1 },
    )
      .sort({ _id: 1 })
      .limit(MANY)
      .lean<Numbered[]>();
    if (rows.length > 0) yield rows;
    after = rows.at(-1)?._id ?? null;
    if (rows.length < MANY) return;
  }
}

/** The union into which the members of a branch come when it goes under `parent`; null: they stay. */
async function unionAfter(
  one: Organisation,
  parent: Organisation | null,
): Promise<Organisation | null> {
  if (one.kind !== 'branch' || !parent) return null;
  const union = await unionOf(parent);
  return (await unionOf(one)).id === union.id ? null : union;
}

/**
 * Numbers of members that belong to someone else in the union of the new place.
 * @param ids of `one` and of everything below it
 */
export async function clashingNumbers(
  one: Organisation,
  parent: Organisation | null,
  ids: readonly string[],
): Promise<number> {
  const union = await unionAfter(one, parent);
  if (!union) return 0;
  let count = 0;
  for await (const rows of numberedIn(ids)) count += (await sort(union.id, rows)).clashing;
  return count;
}

async function sort(unionId: string, rows: readonly Numbered[]) {
  const known = await MemberNumber.find({
    unionId,
    number: { $in: rows.map(({ number }) => number) },
  }).lean();
  const owners = new Map(known.map(({ number, userId }) => [number, userId]));
  const fresh = new Map<string, string>();
  let clashing = 0;
  for (const { number, userId } of rows) {
    const owner = owners.get(number) ?? fresh.get(number);
    if (owner === undefined) fresh.set(number, userId);
    else if (owner !== userId) clashing += 1;
  }
  return { fresh, clashing };
}

/**
 * A branch that goes to another union takes its members' numbers along; in the old union they stay
 * theirs as well, for ever. In the transaction of the move.
 * @param ids of `one` and of everything below it
 * @throws Conflict `numbers-taken` when the other union has given some of them to other people
 */
export async function carryNumbers(
  one: Organisation,
  parent: Organisation | null,
  ids: readonly string[],
): Promise<void> {
  const union = await unionAfter(one, parent);
  if (!union) return;
  let clashing = 0;
  for await (const rows of numberedIn(ids)) {
    const sorted = await sort(union.id, rows);
    clashing += sorted.clashing;
    await MemberNumber.insertMany(
      [...sorted.fresh].map(([number, userId]) => ({ unionId: union.id, number, userId })),
      { lean: true },
    );
  }
  if (clashing > 0) {
    throw new Conflict('numbers-taken', 'organisations.error.numbersTaken', {
      count: clashing,
      union: union.name,
    });
  }
}
