import { audit } from '../../../platform/audit';
import { isWithin, type Scope } from '../../../platform/authz';
import { inTransaction } from '../../../platform/db';
import { Conflict, NotFound } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { shortId } from '../../../shared/ids';
import { parseCode } from '../code';
import { certificateReinstated, certificateRevoked, certificateSuspended } from '../events';
import { Certificate, type CertificateRow, type Standing } from '../model';

/** Acts that change what a certificate is worth and nothing else. */
export type StandingAct = 'revoke' | 'suspend' | 'reinstate';

interface Rule {
  from: readonly Standing[];
  to: Standing;
  event: typeof certificateRevoked;
}

const RULES: Record<StandingAct, Rule> = {
  revoke: { from: ['valid', 'suspended'], to: 'revoked', event: certificateRevoked },
  suspend: { from: ['valid'], to: 'suspended', event: certificateSuspended },
  reinstate: { from: ['suspended'], to: 'valid', event: certificateReinstated },
};

export const allows = (act: StandingAct, standing: Standing): boolean =>
  RULES[act].from.includes(standing);

/** A certificate upon which one may act. @throws NotFound when it lies outside the scope */
export async function findWithin(certificateId: string, scope: Scope): Promise<CertificateRow> {
  const row = await Certificate.findById(certificateId).lean<CertificateRow>();
  if (!row || !isWithin(scope, row.awardPath)) throw new NotFound();
  return row;
}

function changeOf(act: StandingAct, reason: string) {
  const entry = { at: now(), reason };
  const standing = RULES[act].to;
  if (act === 'revoke') return { standing, revocation: entry };
  return { standing, suspension: act === 'suspend' ? entry : null };
}

/**
 * Revokes a certificate for good, suspends it, or lifts that again. It goes on being found, with
 * the date and the reason.
 * @throws NotFound outside the scope; Conflict when it does not stand so that the act makes sense
 */
export async function changeStanding(
  { certificateId, act, reason }: { certificateId: string; act: StandingAct; reason: string },
  scope: Scope,
): Promise<void> {
  await inTransaction(async () => {
    const row = await findWithin(certificateId, scope);
    if (!allows(act, row.standing)) {
      throw new Conflict('standing', `certificates.error.standing.${row.standing}`);
    }
    const change = changeOf(act, reason);
    await Certificate.updateOne({ _id: row._id, standing: row.standing }, { $set: change });
    await audit({
      action: `certificates.${act}`,
      subject: { kind: 'certificate', id: certificateId },
      before: { standing: row.standing, suspension: row.suspension },
      after: { standing: change.standing, reason },
    });
    await publish(RULES[act].event, { certificateId, factId: shortId() });
  });
}

/** As `changeStanding`, for the command line: whoever runs it may act upon every certificate. */
export async function revokeCertificate(input: { code: string; reason: string }): Promise<void> {
  const parsed = parseCode(input.code);
  const row =
    parsed.kind === 'code' ? await Certificate.findOne({ code: parsed.code }, { _id: 1 }) : null;
  if (!row) throw new NotFound('certificates.error.noSuchCode');
  await changeStanding(
    { certificateId: row.id, act: 'revoke', reason: input.reason },
    { kind: 'all' },
  );
}
