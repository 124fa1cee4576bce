import { subscribe, subscribeMany } from '../../platform/outbox';
import type { Platform, Room } from '../../platform/platform';
import type { JobDefinition } from '../../platform/queue';
import { enrolmentCompleted } from '../learning';
import { certificateFileAsked, certificateSuperseded } from './events';
import { issueCertificatesJob } from './jobs/issue-certificates';
import { countReconciliation, reconcileSchedule } from './jobs/reconcile';
import { remakeFileJob } from './jobs/remake-file';
import { remindSchedule } from './jobs/remind';
import { certificateData } from './personal';
import { certificatesRoutes } from './routes';
import { BULK_KINDS } from './service/bulk';
import { AT_ONCE } from './service/issue';
import { certificateTree } from './tree';

export {
  certificateExpiring,
  certificateIssued,
  certificateReinstated,
  certificateReplaced,
  certificateRevoked,
  certificateSuspended,
} from './events';
export {
  type CertificateSummary,
  certificateFile,
  certificateOf,
  certificatesOf,
  countCertificates,
  findCertificate,
  findCertificates,
} from './queries';
export { awardCertificate } from './service/award';
export { type Reconciliation, reconcileCertificates } from './service/reconcile';
export { renewCertificate } from './service/renew';
export { changeStanding, revokeCertificate } from './service/standing';
export { supersedeCertificate } from './service/supersede';

const toIssue = (payloads: readonly { enrolmentId: string }[]) => ({
  enrolmentIds: [...new Set(payloads.map(({ enrolmentId }) => enrolmentId))],
});

/** The room of certificates: makes them after a completion, shows them, lets anyone check them. */
export function createCertificates(platform: Platform): Room {
  const { storage, pdf, keys, config } = platform;
  const tools = { storage, pdf, keys, baseUrl: config.baseUrl };
  const issue = issueCertificatesJob(tools);
  const remake = remakeFileJob(tools);
  const reconcile = reconcileSchedule(tools);
  countReconciliation(platform.metrics);
  return {
    name: 'certificates',
    routes: certificatesRoutes(platform),
    jobs: [issue as JobDefinition, remake as JobDefinition, reconcile.job, remindSchedule.job],
    subscriptions: [
      subscribeMany(enrolmentCompleted, issue, { most: AT_ONCE, toPayload: toIssue }),
      subscribeMany(certificateSuperseded, issue, { most: AT_ONCE, toPayload: toIssue }),
      subscribe(certificateFileAsked, remake, {
        toPayload: ({ certificateId }) => ({ certificateId }),
      }),
    ],
    schedules: [reconcile, remindSchedule],
    personal: certificateData(storage),
    tree: certificateTree,
    bulk: Object.values(BULK_KINDS),
    navigation: [
      {
        key: 'staff-certificates',
        href: '/staff/certificates',
        textKey: 'certificates.staff.nav',
        icon: 'award',
        roles: ['union-staff', 'administrator'],
      },
    ],
  };
}
