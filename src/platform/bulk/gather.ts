import { now } from '../../shared/clock';
import { withFreeLease } from '../db';
import type { BulkContext, BulkKind } from './kind';
import { Act, ActItem, type ActRow } from './model';
import { addItems } from './start';

const isStill = { state: 'running', gathered: false } as const;

/** Says that it goes on, so that the act does not count as forgotten. @returns false: stopped */
async function isWanted({ _id }: ActRow): Promise<boolean> {
  const { matchedCount } = await Act.updateOne({ _id, ...isStill }, { $set: { touchedAt: now() } });
  return matchedCount === 1;
}

/**
 * Finds the items of an act that was begun without them. Nothing is done before all of them are
 * there: what a killed worker had found is thrown away and found again.
 * @returns false when there is nothing to go on with: stopped, or another worker is at it
 */
export async function gatherItems(
  kind: BulkKind,
  act: ActRow,
  context: BulkContext,
): Promise<boolean> {
  let whole = false;
  await withFreeLease(`bulk-gather-${context.actId}`, async () => {
    if (!(await isWanted(act))) return;
    await ActItem.deleteMany({ actId: act._id });
    let total = 0;
    for await (const items of kind.gather?.(context) ?? []) {
      await addItems(kind, act._id, items, total);
      total += items.length;
      if (!(await isWanted(act))) return;
    }
    const { matchedCount } = await Act.updateOne(
      { _id: act._id, ...isStill },
      { $set: { total, gathered: true, touchedAt: now() } },
    );
    whole = matchedCount === 1;
  });
  return whole;
}
