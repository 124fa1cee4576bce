import { subscribe } from '../../platform/outbox';
import type { Platform, Room } from '../../platform/platform';
import type { JobDefinition } from '../../platform/queue';
import { enrolmentCompleted } from '../learning';
import { issueCertificateJob } from './jobs/issue-certificate';
import { countReconciliation, reconcileSchedule } from './jobs/reconcile';
import { certificatesRoutes } from './routes';

export { certificateIssued } from './events';
export { type CertificateSummary, certificateOf, certificatesOf, findCertificate } from './queries';
export { awardCertificate } from './service/award';
export { type Reconciliation, reconcileCertificates } from './service/reconcile';
export { revokeCertificate } from './service/revoke';

/** The room of certificates: makes them after a completion, shows them, lets anyone check them. */
export function createCertificates(platform: Platform): Room {
  const { storage, pdf, config } = platform;
  const tools = { storage, pdf, baseUrl: config.baseUrl };
  const issue = issueCertificateJob(tools);
  const reconcile = reconcileSchedule(tools);
  countReconciliation(platform.metrics);
  return {
    name: 'certificates',
    routes: certificatesRoutes(platform),
    jobs: [issue as JobDefinition, reconcile.job],
    subscriptions: [
      subscribe(enrolmentCompleted, issue, {
        toPayload: ({ enrolmentId }) => ({ enrolmentId }),
        jobId: ({ enrolmentId }) => `issue-certificate-${enrolmentId}`,
      }),
    ],
    schedules: [reconcile],
  };
}
