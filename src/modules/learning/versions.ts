import { Enrolment } from './model';

export interface VersionCounts {
  /** Those who are inside, those with a place that is not open yet as well. */
  readonly active: number;
  readonly completed: number;
}

/** How many people are in each of these versions; counted in an index. */
export async function countByVersion(
  versionIds: readonly string[],
): Promise<Map<string, VersionCounts>> {
  const counts = new Map<string, VersionCounts>();
  for (const versionId of versionIds) {
    const active = await Enrolment.countDocuments({
      versionId,
      status: { $in: ['active', 'invited', 'waiting'] },
    });
    const completed = await Enrolment.countDocuments({ versionId, status: 'completed' });
    counts.set(versionId, { active, completed });
  }
  return counts;
}
