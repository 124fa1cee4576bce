import { z } from 'zod';
import type { Metrics } from '../../../platform/metrics';
import { defineJob, type JobDefinition, type Schedule } from '../../../platform/queue';
import type { IssueTools } from '../service/issue';
import { lastReconciliation, reconcileCertificates } from '../service/reconcile';

/** Every hour: no completion without a certificate, no certificate without a completion. */
export function reconcileSchedule(tools: IssueTools): Schedule {
  const job = defineJob({
    name: 'certificates.reconcile',
    schema: z.object({}),
    // The next hour brings the next run.
    attempts: 1,
    handle: async () => {
      await reconcileCertificates(tools);
    },
  });
  return {
    id: 'certificates-reconcile',
    job: job as JobDefinition,
    pattern: '7 * * * *',
    payload: {},
  };
}

/** What the last run found, whichever process ran it. */
export function countReconciliation(metrics: Metrics): void {
  metrics.gauge(
    'kelas_certificates_mended',
    'Completed enrolments that had no certificate, and got it by the last reconciliation',
    async () => (await lastReconciliation())?.mended ?? 0,
  );
  metrics.gauge(
    'kelas_certificates_missing',
    'Completed enrolments that had no certificate after the last reconciliation',
    async () => (await lastReconciliation())?.missing ?? 0,
  );
  metrics.gauge(
    'kelas_certificates_unearned',
    'Certificates whose enrolment did not meet its rules at the last reconciliation',
    async () => (await lastReconciliation())?.unearned ?? 0,
  );
}
