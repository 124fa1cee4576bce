import { audit } from '../../../platform/audit';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { type Day, isDay } from '../dates';
import { membershipChanged } from '../events';
import { Membership, type MembershipKind, type MembershipRow } from '../model';
import {
  findOrganisation,
  type MembershipRecord,
  normaliseNumber,
  type Organisation,
  toMembership,
} from '../queries';
import { holdPlace } from './hold-tree';
import { takeNumber, unionOf } from './member-numbers';

export interface NewMembership {
  userId: string;
  organisationId: string;
  kind: MembershipKind;
  /** Unique within the union for members of a union; free for employees. */
  number?: string;
  /** First and last day, YYYY-MM-DD, both included. */
  startsOn: Day;
  endsOn?: Day;
}

/** Which kinds of organisation one can be in, in which way. */
const HOMES: Record<MembershipKind, readonly Organisation['kind'][]> = {
  'union-member': ['union', 'branch'],
  employee: ['company', 'partner', 'agency', 'union', 'umbrella'],
};

/**
 * Makes a person a member of a union or an employee. What was before stays as history.
 * @throws NotFound; Conflict `wrong-home`, `bad-dates`, `overlap`, `number-taken`
 */
export async function addMembership(input: NewMembership): Promise<MembershipRecord> {
  checkDays(input.startsOn, input.endsOn ?? null);
  const number = input.number === undefined ? null : normaliseNumber(input.number);
  try {
    return await inTransaction(async () => {
      const organisation = await findOrganisation(input.organisationId);
      if (!organisation) throw new NotFound();
      if (!HOMES[input.kind].includes(organisation.kind)) {
        throw new Conflict('wrong-home', 'organisations.error.wrongHome', {
          name: organisation.name,
        });
      }
      if (organisation.closedAt) {
        throw new Conflict('closed', 'organisations.error.closed', { name: organisation.name });
      }
      await holdPlace(organisation.id);
      await refuseOverlap(input, organisation);
      if (input.kind === 'union-member' && number !== null) {
        await takeNumber(await unionOf(organisation), number, input.userId);
      }
      const row = new Membership({
        ...input,
        number,
        organisationPath: organisation.path,
        endsOn: input.endsOn ?? null,
        open: input.endsOn === undefined,
        createdAt: now(),
      });
      await row.save();
      const membership = toMembership(row.toObject());
      await audit({
        action: 'organisations.add-membership',
        subject: { kind: 'membership', id: membership.id },
        after: { ...membership },
      });
      await publish(membershipChanged, { userId: input.userId });
      return membership;
    });
  } catch (error) {
    throw isDuplicateKey(error) ? overlap() : error;
  }
}

/** Sets the last day of a membership that has none. @throws NotFound; Conflict `bad-dates`, `ended` */
export async function endMembership(membershipId: string, endsOn: Day): Promise<void> {
  await inTransaction(async () => {
    const row = await Membership.findById(membershipId).lean<MembershipRow>();
    if (!row) throw new NotFound();
    if (row.endsOn !== null) throw new Conflict('ended', 'organisations.error.ended');
    checkDays(row.startsOn, endsOn);
    await Membership.updateOne({ _id: row._id }, { $set: { endsOn, open: false } });
    await audit({
      action: 'organisations.end-membership',
      subject: { kind: 'membership', id: membershipId },
      before: { endsOn: null },
      after: { endsOn },
    });
    await publish(membershipChanged, { userId: row.userId });
  });
}

function checkDays(startsOn: Day, endsOn: Day | null): void {
  const fine = isDay(startsOn) && (endsOn === null || (isDay(endsOn) && endsOn >= startsOn));
  if (!fine) throw new Conflict('bad-dates', 'organisations.error.badDates');
}

const overlap = (): Conflict => new Conflict('overlap', 'organisations.error.overlap');

/** One cannot be the same thing in the same organisation twice on one day. */
async function refuseOverlap(input: NewMembership, { id }: Organisation): Promise<void> {
  const met = await Membership.exists({
    userId: input.userId,
    organisationId: id,
    kind: input.kind,
    ...(input.endsOn === undefined ? {} : { startsOn: { $lte: input.endsOn } }),
    $or: [{ endsOn: null }, { endsOn: { $gte: input.startsOn } }],
  });
  if (met) throw overlap();
}
