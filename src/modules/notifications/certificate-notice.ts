import { type CertificateSummary, findCertificate } from '../certificates';
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

/** @param ref id of the certificate, `<id>-<days>` of a reminder, or `<id>-<fact>` of an act */
export async function certificateNotice(
  kind: AboutCertificate,
  ref: string,
): Promise<{ userId: string; values: NoticeValues; href: string } | null> {
  const [certificateId = ''] = ref.split('-');
  const certificate = await findCertificate(certificateId);
  const details = certificate && (await detailsOf(kind, certificate));
  if (!certificate || !details) return null;
  return {
    userId: certificate.userId,
    values: { versionId: certificate.versionId, ...details },
    href: `/certificates/${certificateId}`,
  };
}
