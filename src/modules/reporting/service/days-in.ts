import { standsOf } from '../../learning';
import { dayIn } from '../../organisations';
import type { ReportRow } from '../model';

/**
 * Rows, 500 at most, with their days as they are in a time zone. A row has those of the site's, which
 * its figures go by; for anyone elsewhere they come from the facts. The day of a certificate and the
 * day by which a course is due are days wherever they are read.
 */
export async function daysIn(
  rows: readonly ReportRow[],
  zones: { reader: string; site: string },
): Promise<readonly ReportRow[]> {
  const { reader, site } = zones;
  if (reader === site) return rows;
  const stands = await standsOf(rows.map(({ enrolmentId }) => enrolmentId));
  const byId = new Map(stands.map((stand) => [stand.enrolmentId, stand]));
  return rows.map((row) => {
    const stand = byId.get(row.enrolmentId);
    if (!stand) return row;
    const { activeAt, completedAt, enrolledAt } = stand;
    const last = activeAt.reduce<Date | null>((a, b) => (a !== null && a > b ? a : b), null);
    return {
      ...row,
      enrolledOn: dayIn(reader, enrolledAt),
      completedOn: row.completedOn !== null && completedAt ? dayIn(reader, completedAt) : null,
      lastActiveOn: last && dayIn(reader, last),
    };
  });
}
