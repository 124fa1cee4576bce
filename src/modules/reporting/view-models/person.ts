import type { CertificateSummary } from '../../certificates';
import type { Day, MembershipRecord, Organisation } from '../../organisations';
import type { ReportRow } from '../model';
import { badgeOf, dayText, shownState } from './people';
import { courseName, placeName, type Reader } from './reader';

/** What views/reporting/person.ejs shows: only what lies inside what the reader may see. */
export async function toPersonPage(
  rows: readonly ReportRow[],
  inside: {
    memberships: readonly MembershipRecord[];
    organisations: ReadonlyMap<string, Organisation>;
    certificates: ReadonlyMap<string, CertificateSummary>;
  },
  reader: Reader,
  today: Day,
) {
  const { t, format } = reader;
  const [first] = rows;
  const courses = [];
  for (const row of rows) {
    const certificate = inside.certificates.get(row.enrolmentId);
    const items: { term: string; text: string; href?: string }[] = [
      { term: t('reporting.column.enrolled'), text: dayText(row.enrolledOn, reader) },
      { term: t('reporting.column.due'), text: dayText(row.dueOn, reader) },
      { term: t('reporting.column.active'), text: dayText(row.lastActiveOn, reader) },
      { term: t('reporting.column.completed'), text: dayText(row.completedOn, reader) },
      {
        term: t('reporting.column.mark'),
        text: row.mark === null ? '' : format.percent(row.mark),
      },
    ].filter(({ text }) => text !== '');
    if (row.certificateId !== null && certificate) {
      items.push({
        term: t('reporting.column.certificate'),
        text: certificate.number,
        href: `/verify/${certificate.code}`,
      });
    }
    courses.push({
      title: await courseName(row.courseSlug, reader),
      badge: badgeOf(shownState(row, today), reader),
      progress: row.progress,
      percent: format.percent(row.progress),
      items,
    });
  }
  return {
    name: first?.name ?? '',
    email: first?.email ?? '',
    belongs: inside.memberships.map((membership) => ({
      term: t(`reporting.membership.${membership.kind}`),
      text: t('reporting.membership.since', {
        name: placeName(inside.organisations.get(membership.organisationId) ?? null, reader),
        day: dayText(membership.startsOn, reader),
      }),
    })),
    courses,
  };
}
