import { createHash } from 'node:crypto';
import { inTransaction } from '../../../platform/db';
import { publish } from '../../../platform/outbox';
import type { FileStorage } from '../../../platform/storage';
import { certificateIssued, certificateReplaced } from '../events';
import { Certificate } from '../model';
import { awardCertificate } from './award';
import { type FileTools, makeFile } from './make-file';

export interface IssueTools extends FileTools {
  storage: FileStorage;
}

/**
 * Awards the certificate of an enrolment, makes its PDF and tells the house, each once whatever runs
 * twice: the record by its unique index, the file because the same record gives the same bytes, the
 * event because only one writer finds the PDF missing.
 */
export async function issueCertificate(
  { enrolmentId }: { enrolmentId: string },
  tools: IssueTools,
): Promise<void> {
  const row = await awardCertificate(enrolmentId);
  if (row.pdf) return;
  const id = row._id.toHexString();
  const { bytes, signedBy } = await makeFile(row, tools);
  const key = `certificates/${row.issuedAt.getUTCFullYear()}/${id}.pdf`;
  await tools.storage.put(key, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await inTransaction(async () => {
    const { modifiedCount } = await Certificate.updateOne(
      { _id: row._id, pdf: null },
      { $set: { pdf: { key, sha256, size: bytes.length, signedBy } } },
    );
    if (modifiedCount === 0) return;
    await publish(row.supersedes ? certificateReplaced : certificateIssued, { certificateId: id });
  });
}
