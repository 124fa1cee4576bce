import { withLease } from '../../../platform/db';
import { DAY, MINUTE, now } from '../../../shared/clock';
import {
  findVersion,
  listTaughtCourses,
  listVersions,
  type PublishedVersion,
} from '../../catalogue';
import { type Stand, standsIn, wasSeenSince } from '../../learning';
import { Stops, type StopsRow } from '../model';

/** Who was not seen for so long, and has not completed, has stopped. */
const STOPPED_AFTER_DAYS = 14;

const hasStopped = ({ status, lastSeenAt }: Stand, time: Date): boolean => {
  if (status === 'withdrawn' || status === 'expired') return true;
  if (status !== 'active') return false;
  return time.getTime() - lastSeenAt.getTime() > STOPPED_AFTER_DAYS * DAY;
};

async function stopsIn(version: PublishedVersion): Promise<StopsRow> {
  const time = now();
  const ids = version.modules.flatMap(({ activities }) => activities.map(({ id }) => id));
  const row: StopsRow = {
    versionId: version.id,
    computedAt: time,
    people: 0,
    completed: 0,
    before: 0,
    activities: ids.map((id) => ({ id, done: 0, stopped: 0 })),
  };
  for await (const stand of standsIn(version.id)) {
    row.people += 1;
    if (stand.status === 'completed') row.completed += 1;
    const furthest = ids.findLastIndex((id) => stand.done.has(id));
    for (const each of row.activities) if (stand.done.has(each.id)) each.done += 1;
    if (!hasStopped(stand, time)) continue;
    const last = row.activities[furthest];
    if (last) last.stopped += 1;
    else row.before += 1;
  }
  return row;
}

/** True when the numbers may be other ones by now: someone was there, or a day has passed. */
async function isOld(slug: string, versionId: string): Promise<boolean> {
  const row = await Stops.findOne({ versionId }, { computedAt: 1 }).lean();
  if (!row || now().getTime() - row.computedAt.getTime() > DAY) return true;
  return wasSeenSince(slug, new Date(row.computedAt.getTime() - 10 * MINUTE));
}

/**
 * Computes where people stop, for each version in which something happened since; one process at a
 * time. @param options.anew for every version @returns how many versions were computed
 */
export const countStops = (options: { anew?: boolean } = {}): Promise<number> =>
  withLease('teaching.count-stops', async () => {
    let computed = 0;
    for (const { slug } of await listTaughtCourses()) {
      for (const { id } of await listVersions(slug)) {
        const version = await findVersion(id);
        if (!version || !(options.anew || (await isOld(slug, id)))) continue;
        const row = await stopsIn(version);
        await Stops.updateOne({ versionId: id }, { $set: row }, { upsert: true });
        computed += 1;
      }
    }
    return computed;
  });
