import { withLease } from '../../../platform/db';
import { MINUTE, now } from '../../../shared/clock';
import { eachAlone } from '../../../shared/each-alone';
import { findMerge, finishMerge, unfinishedMerges } from '../../accounts';
import type { PersonalRoom } from './own-data';

/** What is joined with an account is not forgotten at the same moment, nor the other way round. */
export const leaseOf = (userId: string): string => `person-${userId}`;

/**
 * Has every room join what it keeps of an account that is gone with what it keeps of the one that
 * stayed. It may be cut off anywhere and run again.
 */
export async function joinAccounts(rooms: readonly PersonalRoom[], from: string): Promise<void> {
  const merge = await findMerge(from);
  if (!merge) return;
  await withLease(leaseOf(merge.into), async () => {
    // Whoever left meanwhile is forgotten, with everything that was theirs.
    const still = await findMerge(from);
    if (!still || still.finished) return;
    for (const { personal } of rooms) await personal.merge(from, still.into);
    await finishMerge(from);
  });
}

const LATE_MS = 30 * MINUTE;

/** Goes on with what has failed for good; one that fails again holds up no other. */
export async function finishMerges(rooms: readonly PersonalRoom[]): Promise<void> {
  const before = new Date(now().getTime() - LATE_MS);
  await eachAlone(await unfinishedMerges(before), ({ from }) => joinAccounts(rooms, from));
}
