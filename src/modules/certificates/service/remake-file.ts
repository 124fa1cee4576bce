import { createHash } from 'node:crypto';
import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { Certificate, type CertificateRow } from '../model';
import type { IssueTools } from './issue';
import { makeFile } from './make-file';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Makes the file of a certificate again when it is lost or damaged; one that is whole is left
 * alone. What is new about it (another version of the compiler) is written down.
 */
export async function remakeFile(certificateId: string, tools: IssueTools): Promise<void> {
  const row = await Certificate.findById(certificateId).lean<CertificateRow>();
  // Whose name was taken away has no file any more.
  if (!row?.pdf || row.snapshot.holderName === '') return;
  const kept = await tools.storage.get(row.pdf.key);
  if (kept && sha256(kept) === row.pdf.sha256) return;
  const { bytes, signedBy } = await makeFile(row, tools);
  await tools.storage.put(row.pdf.key, bytes);
  const fresh = { key: row.pdf.key, sha256: sha256(bytes), size: bytes.length, signedBy };
  await inTransaction(async () => {
    await Certificate.updateOne({ _id: row._id }, { $set: { pdf: fresh } });
    await audit({
      action: 'certificates.remake',
      subject: { kind: 'certificate', id: certificateId },
      before: { sha256: row.pdf?.sha256 },
      after: { sha256: fresh.sha256 },
    });
  });
}
