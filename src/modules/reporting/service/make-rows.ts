import { findPeople } from '../../accounts';
import { type CertificateSummary, certificatesOf } from '../../certificates';
import { type EnrolmentStand, standsOf } from '../../learning';
import {
  currentMembershipsOf,
  dayIn,
  findOrganisations,
  type MembershipRecord,
  type Organisation,
} from '../../organisations';
import { EVERYWHERE, mondayOf, type State } from '../counts';
import { NEVER_DUE, type ReportContent } from '../model';
import { plain, searchWords } from '../words';

/** One that has run out was earned all the same. */
const COUNTED: readonly CertificateSummary['state'][] = ['valid', 'expired'];

function stateOf({ status, percent, activeAt }: EnrolmentStand): State {
  if (status === 'completed') return 'completed';
  if (status === 'withdrawn' || status === 'expired') return 'withdrawn';
  return percent > 0 || activeAt.length > 0 ? 'in-progress' : 'not-started';
}

/**
 * Where a row is counted and who sees it: the organisations to which the person belongs today and
 * the one that enrolled them, with all above. Who left is seen and counted there no more.
 */
function placesOf(memberships: readonly MembershipRecord[], host: Organisation | undefined) {
  const paths = [
    ...memberships.map(({ organisationPath }) => organisationPath),
    ...(host ? [host.path] : []),
  ];
  return {
    nodes: [EVERYWHERE, ...new Set(paths.flat())].sort(),
    homes: [...new Set(paths.map((path) => path.at(-1) ?? ''))].sort(),
  };
}

/**
 * The rows of these enrolments, from facts alone; none for an enrolment or an account that is no
 * more. At most 500 ids at a time.
 */
export async function makeRows(
  enrolmentIds: readonly string[],
  timeZone: string,
): Promise<Map<string, ReportContent>> {
  const stands = await standsOf(enrolmentIds);
  const userIds = [...new Set(stands.map(({ userId }) => userId))];
  const people = await findPeople(userIds);
  const memberships = await currentMembershipsOf(userIds);
  const hostIds = stands.flatMap(({ organisationId }) => organisationId ?? []);
  const hosts = await findOrganisations([...new Set(hostIds)]);
  const certificates = await certificatesOf(stands.map(({ enrolmentId }) => enrolmentId));
  const rows = new Map<string, ReportContent>();
  for (const stand of stands) {
    const person = people.get(stand.userId);
    if (!person) continue;
    const state = stateOf(stand);
    const days = [...new Set(stand.activeAt.map((at) => dayIn(timeZone, at)))].sort();
    const certificate = certificates.get(stand.enrolmentId);
    const certified = certificate?.ready === true && COUNTED.includes(certificate.state);
    const isOpen = state === 'not-started' || state === 'in-progress';
    rows.set(stand.enrolmentId, {
      enrolmentId: stand.enrolmentId,
      userId: stand.userId,
      name: person.name,
      nameKey: plain(person.name),
      email: person.email,
      words: searchWords(person.name, person.email),
      courseSlug: stand.courseSlug,
      ...placesOf(memberships.get(stand.userId) ?? [], hosts.get(stand.organisationId ?? '')),
      state,
      enrolledOn: dayIn(timeZone, stand.enrolledAt),
      completedOn:
        state === 'completed' && stand.completedAt ? dayIn(timeZone, stand.completedAt) : null,
      dueOn: stand.dueOn,
      openDueOn: isOpen ? stand.dueOn : null,
      dueKey: (isOpen ? stand.dueOn : null) ?? NEVER_DUE,
      lastActiveOn: days.at(-1) ?? null,
      weeks: [...new Set(days.map(mondayOf))],
      progress: stand.percent,
      mark: stand.mark,
      certificateId: certified ? certificate.id : null,
      certifiedOn: certified ? certificate.date : null,
    });
  }
  return rows;
}
