import { audit } from '../../../platform/audit';
import type { Scope } from '../../../platform/authz';
import { inTransaction } from '../../../platform/db';
import { Conflict, Gone, invalidField } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { newCode, newNumber } from '../code';
import { certificateSuperseded } from '../events';
import { Certificate } from '../model';
import { wordsOf } from '../words';
import { findWithin } from './standing';

/**
 * Puts a certificate with another name in the place of one: with a number and a code of its own,
 * everything else as it was on the day of the award. The old one goes on being found and points to
 * the new one, whose file a job makes.
 * @throws NotFound outside the scope; Conflict when it is not valid; Invalid when it has that name; Gone
 * when its holder has left and is not named any more
 * @returns the id of the new certificate
 */
export const supersedeCertificate = (
  input: { certificateId: string; holderName: string; reason: string },
  scope: Scope,
): Promise<{ certificateId: string }> =>
  inTransaction(async () => {
    const old = await findWithin(input.certificateId, scope);
    if (old.standing !== 'valid') {
      throw new Conflict('standing', `certificates.error.standing.${old.standing}`);
    }
    // Whose name was taken away when they left is not named again.
    if (old.snapshot.holderName === '') {
      throw new Gone('certificate-forgotten', 'certificates.error.forgotten');
    }
    if (old.snapshot.holderName === input.holderName) {
      throw invalidField('holderName', 'certificates.error.sameName');
    }
    const at = now();
    const snapshot = { ...old.snapshot, holderName: input.holderName };
    const number = newNumber(Number(snapshot.date.slice(0, 4)));
    const code = newCode();
    const fresh = new Certificate({
      enrolmentId: old.enrolmentId,
      userId: old.userId,
      number,
      code,
      issuedAt: at,
      snapshot,
      standing: 'valid',
      supersedes: input.certificateId,
      expiresAt: old.expiresAt,
      renews: old.renews,
      renewedBy: old.renewedBy,
      reminded: old.reminded,
      awardPath: old.awardPath,
      organisationPath: old.organisationPath,
      words: wordsOf({ snapshot, number, code }),
    });
    const supersession = { at, reason: input.reason, by: fresh.id };
    // The old one first: an enrolment has one live certificate at any moment.
    await Certificate.updateOne(
      { _id: old._id, standing: 'valid' },
      { $set: { standing: 'superseded', supersession } },
    );
    await fresh.save();
    await audit({
      action: 'certificates.supersede',
      subject: { kind: 'certificate', id: input.certificateId },
      before: { number: old.number, holderName: old.snapshot.holderName },
      after: { number, holderName: input.holderName, reason: input.reason, by: fresh.id },
    });
    await publish(certificateSuperseded, {
      certificateId: input.certificateId,
      replacementId: fresh.id,
      enrolmentId: old.enrolmentId,
    });
    return { certificateId: fresh.id };
  });
