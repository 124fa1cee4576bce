import type { Keys, SigningKey } from '../../../platform/keys';
import { type PdfRenderer, signPdf } from '../../../platform/pdf';
import { designOf } from '../design';
import type { CertificateRow } from '../model';
import { pdfInput } from '../pdf';

export interface FileTools {
  pdf: PdfRenderer;
  keys: Keys;
  baseUrl: string;
}

/** The key that has signed the file, or signs it now. */
const keyFor = (row: CertificateRow, keys: Keys): Promise<SigningKey> =>
  row.pdf?.signedBy ? keys.signerOf(row.pdf.signedBy) : keys.signer('pdf');

/**
 * Makes the file of a certificate from its record: the same bytes whenever it is made again, with
 * the key that is named in the record.
 */
export async function makeFile(
  row: CertificateRow,
  { pdf, keys, baseUrl }: FileTools,
): Promise<{ bytes: Buffer; signedBy: string | null }> {
  const { design, standard, signed } = designOf(row.snapshot.design ?? null);
  const bytes = await pdf.render({
    design,
    data: await pdfInput(row, baseUrl),
    createdAt: row.issuedAt.getTime(),
    as: standard,
  });
  if (!signed) return { bytes, signedBy: null };
  const key = await keyFor(row, keys);
  const { organisation } = row.snapshot;
  return {
    bytes: await signPdf(bytes, key, {
      at: row.issuedAt,
      by: organisation.name,
      reason: `Certificate ${row.number}, awarded by ${organisation.name}`,
    }),
    signedBy: key.id,
  };
}
