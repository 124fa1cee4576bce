import { inTransaction } from '../../../platform/db';
import { publish } from '../../../platform/outbox';
import { membershipChanged } from '../events';
import { MemberNumber, Membership, type MembershipRow } from '../model';

const MOST = 1_000;

const later = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? null : ([a, b].toSorted().at(-1) ?? null);

const meets = (a: MembershipRow, b: MembershipRow): boolean =>
  a.organisationId === b.organisationId &&
  a.kind === b.kind &&
  (a.endsOn === null || b.startsOn <= a.endsOn) &&
  (b.endsOn === null || a.startsOn <= b.endsOn);

/**
 * The memberships of both as one person's: where both were the same at the same time, one that lasts
 * from the first day of either to the last. Numbers stay theirs.
 */
export const mergeMemberships = (from: string, to: string): Promise<void> =>
  inTransaction(async () => {
    const mine = await Membership.find({ userId: to }).limit(MOST).lean<MembershipRow[]>();
    const theirs = await Membership.find({ userId: from }).limit(MOST).lean<MembershipRow[]>();
    if (theirs.length === 0) return;
    for (const row of theirs) {
      const met = mine.filter((own) => meets(own, row));
      const last = met.reduce((end, own) => later(end, own.endsOn), row.endsOn);
      const one = {
        ...row,
        userId: to,
        number: met.find(({ number }) => number !== null)?.number ?? row.number,
        startsOn: [row, ...met].map(({ startsOn }) => startsOn).toSorted()[0] ?? row.startsOn,
        endsOn: last,
        open: last === null,
      };
      // First what it takes the place of: an open one stands once.
      await Membership.deleteMany({ _id: { $in: met.map(({ _id }) => _id) } });
      await Membership.updateOne({ _id: row._id }, { $set: one });
      const gone = new Set(met);
      mine.splice(0, mine.length, ...mine.filter((own) => !gone.has(own)), one);
    }
    await MemberNumber.updateMany({ userId: from }, { $set: { userId: to } });
    await publish(membershipChanged, { userId: to });
  });
