import { defineJob, type JobDefinition } from '../../../platform/queue';
import { CertificateParams } from '../schemas';
import type { IssueTools } from '../service/issue';
import { remakeFile } from '../service/remake-file';

/** Makes the file of a certificate again where it is lost; safe to run as often as one likes. */
export const remakeFileJob = (tools: IssueTools): JobDefinition<{ certificateId: string }> =>
  defineJob({
    name: 'certificates.remake-file',
    queue: 'documents',
    schema: CertificateParams,
    handle: ({ certificateId }) => remakeFile(certificateId, tools),
  });
