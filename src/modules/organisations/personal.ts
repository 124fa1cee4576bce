import { eraseAuditParts } from '../../platform/audit';
import type { PersonalData } from '../../platform/personal';
import { MemberNumber, Membership, type MembershipRow } from './model';
import { findOrganisations } from './queries';
import { mergeMemberships } from './service/merge-memberships';

const MOST = 1_000;

async function exportOf(userId: string) {
  const rows = await Membership.find({ userId })
    .sort({ startsOn: -1 })
    .limit(MOST)
    .lean<MembershipRow[]>();
  const organisations = await findOrganisations(rows.map((row) => row.organisationId));
  return {
    memberships: rows.map((row) => ({
      organisation: organisations.get(row.organisationId)?.name ?? null,
      kind: row.kind,
      number: row.number,
      startsOn: row.startsOn,
      endsOn: row.endsOn,
    })),
  };
}

/** Memberships go with the person, and what the audit log says of them. */
export const membershipData: PersonalData = {
  exportOf,
  merge: mergeMemberships,
  forget: async (userId) => {
    const rows = await Membership.find({ userId }, { _id: 1 }).limit(MOST).lean();
    const ids = rows.map(({ _id }) => _id.toHexString());
    await eraseAuditParts({ 'subject.kind': 'membership', 'subject.id': { $in: ids } }, 'detail', {
      reason: 'account-deleted',
      subject: { kind: 'account', id: userId },
    });
    await Membership.deleteMany({ userId });
    await MemberNumber.deleteMany({ userId });
  },
};
