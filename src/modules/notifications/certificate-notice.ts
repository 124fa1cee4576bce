import { type CertificateSummary, findCertificate, findCertificates } from '../certificates';
import type { MailKind } from './kinds';
import type { NoticeValues } from './model';

export type AboutCertificate = Extract<MailKind, `certificate-${string}`>;

export const isAboutCertificate = (kind: MailKind): kind is AboutCertificate =>
  kind.startsWith('certificate-');

/** What is told besides the course; null when it is no longer so, and there is nothing to tell. */
async function detailsOf(
  kind: AboutCertificate,
  certificate: CertificateSummary,
): Promise<NoticeValues | null> {
  const { state, decision, supersedes, expiresOn } = certificate;
  switch (kind) {
    case 'certificate-ready':
      return {};
    case 'certificate-revoked':
      return state === 'revoked' && decision ? { reason: decision.reason } : null;
    case 'certificate-suspended':
      return state === 'suspended' && decision ? { reason: decision.reason } : null;
    case 'certificate-reinstated':
      return state === 'valid' || state === 'expired' ? {} : null;
    case 'certificate-replaced': {
      const old = supersedes ? await findCertificate(supersedes) : null;
      return old?.decision ? { reason: old.decision.reason } : null;
    }
    case 'certificate-expiring':
      return state === 'valid' && expiresOn ? { until: expiresOn } : null;
  }
}

interface Told {
  ref: string;
  userId: string;
  values: NoticeValues;
  href: string;
}

/**
 * Without those that are no longer so.
 * @param refs id of the certificate, `<id>-<days>` of a reminder, or `<id>-<fact>` of an act
 */
export async function certificateNotices(
  kind: AboutCertificate,
  refs: readonly string[],
): Promise<Told[]> {
  const idOf = (ref: string): string => ref.split('-')[0] ?? '';
  const rows = await findCertificates([...new Set(refs.map(idOf))]);
  const certificates = new Map(rows.map((row) => [row.id, row]));
  const told: Told[] = [];
  for (const ref of refs) {
    const certificate = certificates.get(idOf(ref));
    const details = certificate && (await detailsOf(kind, certificate));
    if (!certificate || !details) continue;
    const { id, userId, versionId } = certificate;
    told.push({ ref, userId, values: { versionId, ...details }, href: `/certificates/${id}` });
  }
  return told;
}
