import { Conflict, NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { type Enrolled, enrol, enrolAgain, findEnrolment, findEnrolmentIn } from '../../learning';
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
  const { userId, enrolmentId } = row;
  if ((await findEnrolment(enrolmentId))?.userId === userId) {
    return enrolAgain({ userId, enrolmentId });
  }
  // Earned with an account that was joined with this one, which has an enrolment of its own.
  const courseSlug = row.snapshot.courseSlug;
  const own = await findEnrolmentIn(userId, courseSlug);
  return own?.status === 'completed'
    ? enrolAgain({ userId, enrolmentId: own.enrolmentId })
    : enrol({ userId, courseSlug });
}
