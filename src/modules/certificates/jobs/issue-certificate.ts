import { defineJob, type JobDefinition } from '../../../platform/queue';
import { IssuePayload } from '../schemas';
import { type IssueTools, issueCertificate } from '../service/issue';

/** Makes the certificate of a completed enrolment; safe to run as often as one likes. */
export const issueCertificateJob = (tools: IssueTools): JobDefinition<{ enrolmentId: string }> =>
  defineJob({
    name: 'certificates.issue',
    queue: 'documents',
    schema: IssuePayload,
    attempts: 12,
    backoffMs: 1_000,
    handle: ({ enrolmentId }) => issueCertificate({ enrolmentId }, tools),
  });
