import { inTransaction, withFreeLease, withLease } from '../../../platform/db';
import { now } from '../../../shared/clock';
import { enrolmentIdsAfter } from '../../learning';
import { dayIn } from '../../organisations';
import { Building, type BuildingRow, Count, Row } from '../model';
import { buildingNow, recount, SLICE, setFollowed } from './fold';

const LEASE = 'reporting-rebuild';

/** One slice into the next building. @returns how many enrolments it took */
const buildSlice = (timeZone: string): Promise<number> =>
  inTransaction(async () => {
    const { current, next, cursor } = await buildingNow();
    if (next === null) return 0;
    const ids = await enrolmentIdsAfter(cursor, SLICE);
    await recount(ids, [next], timeZone);
    const last = ids.at(-1);
    await Building.updateOne(
      { _id: 'building' },
      last === undefined
        ? { $set: { current: next, next: null, cursor: null, builtAt: now() } }
        : { $set: { current, cursor: last } },
      { upsert: true },
    );
    return ids.length;
  });

/** A turn of building: where events come all the time, the next one is long to wait for. */
const TURN_MS = 3_000;

async function buildSome(timeZone: string): Promise<{ count: number; done: boolean }> {
  const until = performance.now() + TURN_MS;
  let count = 0;
  while (performance.now() < until) {
    const taken = await buildSlice(timeZone);
    if (taken === 0) return { count, done: true };
    count += taken;
  }
  return { count, done: false };
}

const MANY = 1_000;

/** Takes out in slices what belongs to another building. */
async function clearAllBut(current: number): Promise<void> {
  // Two ranges, which an index answers: "not this one" would read them all.
  for (const g of [{ $lt: current }, { $gt: current }]) {
    for (;;) {
      const rows = await Row.find({ g }, { _id: 1 }).limit(MANY).lean();
      await Row.deleteMany({ _id: { $in: rows.map(({ _id }) => _id) } });
      const counts = await Count.find({ g }, { _id: 1 }).limit(MANY).lean();
      await Count.deleteMany({ _id: { $in: counts.map(({ _id }) => _id) } });
      if (rows.length + counts.length === 0) break;
    }
  }
}

async function build(timeZone: string): Promise<{ enrolments: number; resumed: boolean }> {
  const { current, next } = await buildingNow();
  if (next === null) {
    await clearAllBut(current);
    await Building.updateOne(
      { _id: 'building' },
      { $set: { current, next: current + 1, cursor: null, begunOn: dayIn(timeZone, now()) } },
      { upsert: true },
    );
  }
  let enrolments = 0;
  for (;;) {
    // Folding and building take turns: they would write the same figures.
    const { count, done } = await withLease('reporting-fold', () => buildSome(timeZone));
    enrolments += count;
    if (done) break;
  }
  // Memberships were taken as they were on that day or later.
  const built = await Building.findById('building').lean<BuildingRow>();
  if (built?.begunOn) await setFollowed(built.begunOn);
  await clearAllBut((await buildingNow()).current);
  return { enrolments, resumed: next !== null };
}

/**
 * Makes the read models again from facts, beside those that are shown, in slices while the site
 * runs, and shows them when they are whole. One that was cut off is gone on with.
 * @returns how many enrolments were counted in this run
 */
export const rebuild = (timeZone: string): Promise<{ enrolments: number; resumed: boolean }> =>
  withLease(LEASE, () => build(timeZone));

/** True once the read models have been built from facts. */
export const isBuilt = async (): Promise<boolean> =>
  (await Building.exists({ _id: 'building', builtAt: { $ne: null } })) !== null;

/** The first building of a site, unless it was done before or another is at it. */
export async function buildFirst(timeZone: string): Promise<void> {
  if (await isBuilt()) return;
  await withFreeLease(LEASE, async () => {
    // Whoever had it a moment ago may have come to the end.
    if (!(await isBuilt())) await build(timeZone);
  });
}
