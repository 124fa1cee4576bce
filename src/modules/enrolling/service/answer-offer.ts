import { isValidObjectId } from 'mongoose';
import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { enrolMany } from '../../learning';
import { addMembership, dayIn, findOrganisation, type MEMBERSHIP_KINDS } from '../../organisations';
import { Offer, type OfferRecord } from '../model';

/** An offer of one's own, or null. */
export const findOwnOffer = (userId: string, offerId: string): Promise<OfferRecord | null> =>
  isValidObjectId(offerId)
    ? Offer.findOne({ _id: offerId, userId }).lean<OfferRecord>()
    : Promise.resolve(null);

/** What someone is of an organisation of this kind; null: nothing that is written down. */
const membershipIn = (kind: string): (typeof MEMBERSHIP_KINDS)[number] | null =>
  kind === 'union' || kind === 'branch'
    ? 'union-member'
    : kind === 'company' || kind === 'partner' || kind === 'agency'
      ? 'employee'
      : null;

/** Someone for whom the account was made belongs to the organisation that made it. */
async function join({ userId, organisationId, number }: OfferRecord): Promise<void> {
  const organisation = await findOrganisation(organisationId);
  const kind = organisation && membershipIn(organisation.kind);
  if (!organisation || !kind) return;
  try {
    await addMembership({
      userId,
      organisationId,
      kind,
      startsOn: dayIn(organisation.timeZone, now()),
      ...(number === null ? {} : { number }),
    });
  } catch (error) {
    // They belong to it already, or the number is someone's: the course does not wait for that.
    if (!(error instanceof Conflict)) throw error;
  }
}

async function settle(offer: OfferRecord, state: 'accepted' | 'declined'): Promise<boolean> {
  const { modifiedCount } = await Offer.updateOne(
    { _id: offer._id, state: 'open' },
    { $set: { state, answeredAt: now() } },
  );
  if (modifiedCount === 0) return false;
  await audit({
    action: `enrolling.${state === 'accepted' ? 'accept' : 'decline'}-offer`,
    subject: { kind: 'offer', id: offer._id.toHexString() },
    userId: offer.userId,
    after: { state },
  });
  return true;
}

async function accept(offer: OfferRecord): Promise<string | null> {
  if (!(await settle(offer, 'accepted'))) return null;
  if (offer.newAccount) await join(offer);
  const { userId, courseSlug, dueOn, organisationId, by } = offer;
  const [enrolled] = await enrolMany([{ userId, courseSlug, dueOn, organisationId }], by);
  return enrolled?.enrolmentId ?? null;
}

/**
 * Takes the place, or leaves it to others; the second answer changes nothing.
 * @returns the enrolment; null when there is none
 * @throws NotFound for someone else's
 */
export const answerOffer = (request: {
  offerId: string;
  userId: string;
  answer: 'accept' | 'decline';
}): Promise<string | null> =>
  inTransaction(async () => {
    const offer = await findOwnOffer(request.userId, request.offerId);
    if (!offer) throw new NotFound();
    if (request.answer === 'accept') return accept(offer);
    await settle(offer, 'declined');
    return null;
  });

/** Someone has set the password of the account that was made for them: that is their yes. */
export async function acceptWithAccount(userId: string): Promise<void> {
  const offers = await Offer.find({ userId, state: 'open', newAccount: true }).lean<
    OfferRecord[]
  >();
  for (const offer of offers) await inTransaction(() => accept(offer));
}
