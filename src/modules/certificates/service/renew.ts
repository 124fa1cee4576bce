import { Conflict, NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { type Enrolled, enrolAgain } from '../../learning';
import { findOwn } from '../queries';
import { canRenew } from '../state';

/**
 * Begins the course of one's certificate once more, in the version of today; what comes of it is
 * an award of its own, and the old one stays what it is.
 * @throws NotFound for one that is not theirs; Conflict before the window opens, or when it was renewed
 */
export async function renewCertificate(input: {
  certificateId: string;
  userId: string;
}): Promise<Enrolled> {
  const row = await findOwn(input.userId, input.certificateId);
  if (!row) throw new NotFound();
  if (!canRenew(row, now())) {
    throw new Conflict('not-renewable', 'certificates.error.notRenewable');
  }
  return enrolAgain({ userId: row.userId, enrolmentId: row.enrolmentId });
}
