import { MINUTE, now } from '../../../shared/clock';
import { countByVersion, type MoveSum, sumOfMoves, wasSeenSince } from '../../learning';
import { type MoveSumRow, MoveSums } from '../model';

/** Until then nothing is looked up: whoever is on the way goes on while the page is read, too. */
const FRESH_MS = MINUTE;
const MARGIN_MS = 10_000;

/** True while reading everyone of the version anew would give the same, or hardly another, sum. */
async function holds(row: MoveSumRow, slug: string): Promise<boolean> {
  const counts = await countByVersion([row.fromId]);
  if (counts.get(row.fromId)?.active !== row.people) return false;
  const time = row.computedAt.getTime();
  if (now().getTime() - time < FRESH_MS) return true;
  return !(await wasSeenSince(slug, new Date(time - MARGIN_MS)));
}

/** What moving everyone from one version of a course to another would do: kept, and made again when it changes. */
export async function moveSumOf(slug: string, fromId: string, toId: string): Promise<MoveSum> {
  const kept = await MoveSums.findOne({ fromId, toId }).lean<MoveSumRow>();
  if (kept && (await holds(kept, slug))) {
    const { people, losing, completing, lost } = kept;
    return { people, losing, completing, lost: new Map(lost.map(({ id, count }) => [id, count])) };
  }
  const computedAt = now();
  const sum = await sumOfMoves(fromId, toId);
  const lost = [...sum.lost].map(([id, count]) => ({ id, count }));
  await MoveSums.updateOne(
    { fromId, toId },
    { $set: { ...sum, lost, computedAt } },
    { upsert: true },
  );
  return sum;
}
