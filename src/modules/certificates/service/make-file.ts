import type { Keys, SigningKey } from '../../../platform/keys';
import { type PdfRenderer, signPdf } from '../../../platform/pdf';
import { credentialOf } from '../credential/issue';
import type { CredentialRow } from '../credential/model';
import { designOf } from '../design';
import type { CertificateRow } from '../model';
import { pdfInput } from '../pdf';

export interface FileTools {
  pdf: PdfRenderer;
  keys: Keys;
  baseUrl: string;
}

/** Where the file of a certificate is kept. */
export const fileKeyOf = ({ _id, issuedAt }: Pick<CertificateRow, '_id' | 'issuedAt'>): string =>
  `certificates/${issuedAt.getUTCFullYear()}/${_id.toHexString()}.pdf`;

/** The key that has signed the file, or signs it now. */
const keyFor = (row: CertificateRow, keys: Keys): Promise<SigningKey> =>
  row.pdf?.signedBy ? keys.signerOf(row.pdf.signedBy) : keys.signer('pdf');

/** The credential inside the file: whoever keeps the PDF keeps what a program can check. */
const attachmentOf = (row: CertificateRow, content: string) => ({
  name: `credential-${row.number}.json`,
  mimeType: 'application/json',
  description: 'Open Badges 3.0 credential',
  content,
});

/**
 * Makes the file of a certificate from its record: the same bytes whenever it is made again, with
 * the key that is named in the record.
 * @param known its credential, where that has been read before
 */
export async function makeFile(
  row: CertificateRow,
  { pdf, keys, baseUrl }: FileTools,
  known?: CredentialRow,
): Promise<{ bytes: Buffer; signedBy: string | null }> {
  const { design, standard, signed } = await designOf(row.snapshot.design ?? null);
  const { json } = known ?? (await credentialOf(row, { keys, baseUrl }));
  const bytes = await pdf.render({
    design,
    data: await pdfInput(row, baseUrl),
    createdAt: row.issuedAt.getTime(),
    as: standard,
    ...(standard === 'a-3a' ? { attachment: attachmentOf(row, json) } : {}),
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
