import { Gone } from '../../../platform/errors';
import { defineJob, type JobDefinition } from '../../../platform/queue';
import { throwAll } from '../../../shared/each-alone';
import { IssuePayload } from '../schemas';
import { type IssueTools, issueCertificates } from '../service/issue';

/**
 * Makes the certificates of completed enrolments; safe to run as often as one likes. What could not
 * be made is tried again, what was made stays.
 */
export const issueCertificatesJob = (
  tools: IssueTools,
): JobDefinition<{ enrolmentIds: string[] }> =>
  defineJob({
    name: 'certificates.issue',
    queue: 'documents',
    schema: IssuePayload,
    attempts: 12,
    backoffMs: 1_000,
    handle: async ({ enrolmentIds }) => {
      const faults = await issueCertificates(enrolmentIds, tools);
      // Trying again brings nobody back.
      const open = [...faults.values()].filter((fault) => !(fault instanceof Gone));
      throwAll(open, enrolmentIds.length);
    },
  });
