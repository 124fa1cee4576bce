import type { PublishedVersion } from '../catalogue';
import { Enrolment, type EnrolmentRow, type EnrolmentStatus } from './model';
import { type Progress, progressOf } from './progress';
import { versionOf } from './service/settle';

/** Someone in a course, and how far they are. */
export interface Participant {
  readonly enrolmentId: string;
  readonly userId: string;
  readonly status: EnrolmentStatus;
  readonly version: PublishedVersion;
  readonly progress: Progress;
  readonly lastActivityId: string | null;
  readonly lastSeenAt: Date;
}

const toParticipant = async (row: EnrolmentRow): Promise<Participant> => {
  const version = await versionOf(row);
  return {
    enrolmentId: row._id.toHexString(),
    userId: row.userId,
    status: row.status,
    version,
    progress: progressOf(version, row.done),
    lastActivityId: row.lastActivityId,
    lastSeenAt: row.lastSeenAt,
  };
};

/** Who is in a course: a page, those seen last first. @param filter.only ids of enrolments */
export async function participantsOf(
  courseSlug: string,
  filter: { status?: EnrolmentStatus; only?: readonly string[] },
  page: { skip: number; limit: number },
): Promise<{ people: Participant[]; total: number }> {
  const query = {
    courseSlug,
    ...(filter.status ? { status: filter.status } : {}),
    ...(filter.only ? { _id: { $in: filter.only } } : {}),
  };
  const rows = await Enrolment.find(query)
    .sort({ lastSeenAt: -1, _id: -1 })
    .skip(page.skip)
    .limit(page.limit)
    .lean<EnrolmentRow[]>();
  return {
    people: await Promise.all(rows.map(toParticipant)),
    total: await Enrolment.countDocuments(query),
  };
}

/** Where someone stands in a version; without the person. */
export interface Stand {
  readonly status: EnrolmentStatus;
  readonly lastSeenAt: Date;
  /** Ids of the activities that are done. */
  readonly done: ReadonlySet<string>;
}

/** Everyone who is or was in a version, one by one. */
export async function* standsIn(versionId: string): AsyncGenerator<Stand> {
  type Row = Pick<EnrolmentRow, '_id' | 'versionId' | 'status' | 'lastSeenAt' | 'done'>;
  const rows = Enrolment.find({ versionId }, { versionId: 1, status: 1, lastSeenAt: 1, done: 1 })
    .lean<Row[]>()
    .cursor({ batchSize: 1_000 });
  const known = new Map<string, ReadonlySet<string>>();
  for await (const row of rows) {
    const key = JSON.stringify(row.done);
    let done = known.get(key);
    if (!done) {
      const { activities } = progressOf(await versionOf(row), row.done);
      done = new Set([...activities].filter(([, state]) => state === 'done').map(([id]) => id));
      if (known.size < 5_000) known.set(key, done);
    }
    yield { status: row.status, lastSeenAt: row.lastSeenAt, done };
  }
}

/** True when someone of the course was there since then. */
export const wasSeenSince = async (courseSlug: string, time: Date): Promise<boolean> =>
  (await Enrolment.exists({ courseSlug, lastSeenAt: { $gte: time } })) !== null;
