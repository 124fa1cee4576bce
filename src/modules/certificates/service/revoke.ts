import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { parseCode } from '../code';
import { Certificate } from '../model';

/**
 * Declares a certificate no longer valid; it goes on being found, with the date and the reason.
 * @throws NotFound for an unknown code, Conflict when it is revoked already
 */
export async function revokeCertificate(input: { code: string; reason: string }): Promise<void> {
  const parsed = parseCode(input.code);
  if (parsed.kind !== 'code') throw new NotFound('certificates.error.noSuchCode');
  await inTransaction(async () => {
    const row = await Certificate.findOne({ code: parsed.code }).lean();
    if (!row) throw new NotFound('certificates.error.noSuchCode');
    if (row.revocation) throw new Conflict('revoked', 'certificates.error.alreadyRevoked');
    const revocation = { at: now(), reason: input.reason };
    await Certificate.updateOne({ _id: row._id, revocation: null }, { $set: { revocation } });
    await audit({
      action: 'certificates.revoke',
      subject: { kind: 'certificate', id: row._id.toHexString() },
      before: { revocation: null },
      after: { revocation },
    });
  });
}
