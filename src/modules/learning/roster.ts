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

/** Who is in a course: a page, those seen last first. @param only these people */
export async function participantsOf(
  courseSlug: string,
  filter: { status?: EnrolmentStatus; only?: readonly string[] },
  page: { skip: number; limit: number },
): Promise<{ people: Participant[]; total: number }> {
  const query = {
    courseSlug,
    ...(filter.status ? { status: filter.status } : {}),
    ...(filter.only ? { userId: { $in: filter.only } } : {}),
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

/** Ids of all people of a course, a thousand at a time. */
export async function* userIdsIn(courseSlug: string): AsyncGenerator<string[]> {
  let chunk: string[] = [];
  for await (const { userId } of Enrolment.find({ courseSlug }, { userId: 1 }).lean().cursor()) {
    chunk.push(userId);
    if (chunk.length < 1_000) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
