import type { TreeMove, TreeRecords } from '../../../platform/tree';
import { MINUTE, now } from '../../../shared/clock';
import { eachAlone } from '../../../shared/each-alone';
import { findMove, markFollowed, movesToSettle } from '../../organisations';

/** A room that writes paths of organisations on its records: asked for one after the other. */
export interface TreeRoom {
  readonly name: string;
  readonly tree: TreeRecords;
}

/** From the lowest floor up: reports are made from memberships that have followed. */
async function followAll(rooms: readonly TreeRoom[], move: TreeMove): Promise<void> {
  for (const { tree } of rooms) await tree.follow(move);
}

/** Has every room follow a move. It may be cut off anywhere and run again. */
export async function followMove(rooms: readonly TreeRoom[], moveId: string): Promise<void> {
  const move = await findMove(moveId);
  if (!move) return;
  await followAll(rooms, move);
  await markFollowed(moveId, 'first');
}

/** No transaction that had begun before the move lives as long as this. */
const SETTLED_MS = 10 * MINUTE;

/**
 * Follows each move once more: a record that was being written while the others followed may have the
 * path of before. One that has failed for good is followed as for the first time, and once more later.
 * One that fails again holds up no other.
 */
export async function settleMoves(rooms: readonly TreeRoom[]): Promise<void> {
  const before = new Date(now().getTime() - SETTLED_MS);
  await eachAlone(await movesToSettle(before), async (move) => {
    await followAll(rooms, move);
    const isSettled = move.followedAt !== null && move.followedAt < before;
    await markFollowed(move.moveId, isSettled ? 'settled' : 'first');
  });
}
