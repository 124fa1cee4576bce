import { inTransaction, withFreeLease } from '../../../platform/db';
import type { Day } from '../../organisations';
import { addChanges, type Changes } from '../counts';
import {
  Building,
  type BuildingRow,
  Count,
  Mark,
  type ReportContent,
  type ReportRow,
  Row,
} from '../model';
import { makeRows } from './make-rows';

/**
 * Enrolments that one transaction takes. It is committed in one piece, some fifty entries of indexes
 * for each row, and the embedded engine answers nobody meanwhile: about 10 ms.
 */
export const SLICE = 100;
const LEASE = 'reporting-fold';

export const buildingNow = async (): Promise<Pick<BuildingRow, 'current' | 'next' | 'cursor'>> =>
  (await Building.findById('building').lean<BuildingRow>()) ?? {
    current: 1,
    next: null,
    cursor: null,
  };

/** The day until which memberships that begin or end by the calendar have been followed. */
export const followedOn = async (): Promise<Day | null> =>
  (await Building.findById('building').lean<BuildingRow>())?.followedOn ?? null;

export async function setFollowed(day: Day): Promise<void> {
  await Building.updateOne(
    { _id: 'building' },
    { $set: { followedOn: day }, $setOnInsert: { current: 1 } },
    { upsert: true },
  );
}

const contentOf = ({ _id, g, ...content }: ReportRow): ReportContent => content;

const isSame = (a: ReportContent, b: ReportContent): boolean => {
  const fields = Object.keys(b) as (keyof ReportContent)[];
  return fields.every((field) => JSON.stringify(a[field]) === JSON.stringify(b[field]));
};

/**
 * Puts the rows of these enrolments into a building as they are now, and changes the figures by the
 * difference to what stood there. Inside a transaction: the rows that are read for the difference
 * are the ones that are replaced.
 */
async function place(
  enrolmentIds: readonly string[],
  made: ReadonlyMap<string, ReportContent>,
  g: number,
  changes: Changes,
): Promise<void> {
  const ids = enrolmentIds.map((id) => `${g}:${id}`);
  const before = new Map(
    (await Row.find({ _id: { $in: ids } }).lean<ReportRow[]>()).map((row) => [
      row.enrolmentId,
      row,
    ]),
  );
  const writes: Parameters<typeof Row.bulkWrite>[0] = [];
  for (const enrolmentId of enrolmentIds) {
    const _id = `${g}:${enrolmentId}`;
    const old = before.get(enrolmentId);
    const content = made.get(enrolmentId);
    if (old && content && isSame(contentOf(old), content)) continue;
    addChanges(changes, g, old ?? null, content ?? null);
    if (content) {
      writes.push({
        replaceOne: { filter: { _id }, replacement: { _id, g, ...content }, upsert: true },
      });
    } else if (old) {
      writes.push({ deleteOne: { filter: { _id } } });
    }
  }
  if (writes.length > 0) await Row.bulkWrite(writes, { ordered: false });
}

async function writeChanges(changes: Changes): Promise<void> {
  const writes = [...changes].flatMap(([_id, figures]) => {
    const moved = [...figures].filter(([, by]) => by !== 0);
    if (moved.length === 0) return [];
    return [
      {
        updateOne: {
          filter: { _id },
          update: {
            $inc: Object.fromEntries(moved.map(([figure, by]) => [`n.${figure}`, by])),
            $setOnInsert: { g: Number(_id.split(':')[0]) },
          },
          upsert: true,
        },
      },
    ];
  });
  if (writes.length > 0) await Count.bulkWrite(writes, { ordered: false });
}

/** Brings the rows and figures of these enrolments up to the facts. Inside a transaction. */
export async function recount(
  enrolmentIds: readonly string[],
  buildings: readonly number[],
  timeZone: string,
): Promise<void> {
  const made = await makeRows(enrolmentIds, timeZone);
  const changes: Changes = new Map();
  for (const g of buildings) await place(enrolmentIds, made, g, changes);
  await writeChanges(changes);
}

/** Says that something happened to these enrolments; nothing is counted yet. */
export async function markEnrolments(enrolmentIds: readonly string[]): Promise<void> {
  if (enrolmentIds.length === 0) return;
  await Mark.bulkWrite(
    enrolmentIds.map((_id) => ({
      updateOne: { filter: { _id }, update: { $inc: { times: 1 } }, upsert: true },
    })),
    { ordered: false },
  );
}

/**
 * One transaction over many marked enrolments, so that a rush of events on the same organisations
 * changes their figures once a slice and not once an event. A mark that is set meanwhile makes the
 * transaction run again: what it told of is never lost. @returns how many marks were taken
 */
const foldSlice = (timeZone: string): Promise<number> =>
  inTransaction(async () => {
    const marks = await Mark.find({}, { _id: 1 }).sort({ _id: 1 }).limit(SLICE).lean();
    if (marks.length === 0) return 0;
    const ids = marks.map(({ _id }) => _id);
    const { current, next } = await buildingNow();
    await recount(ids, next === null ? [current] : [current, next], timeZone);
    await Mark.deleteMany({ _id: { $in: ids } });
    return ids.length;
  });

let isFolding = false;

/**
 * Counts everything that is marked, unless that is being done: whoever does it looks again at the
 * end, so a mark set before this call is counted soon, here or there.
 */
export async function fold(timeZone: string): Promise<void> {
  if (isFolding) return;
  isFolding = true;
  try {
    do {
      const had = await withFreeLease(LEASE, async () => {
        while ((await foldSlice(timeZone)) > 0);
      });
      if (!had) return;
    } while (await Mark.exists({}));
  } finally {
    isFolding = false;
  }
}
