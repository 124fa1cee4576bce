import { NotFound } from '../../../platform/errors';
import type { Exchange } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import type { CertificateRow } from '../model';

/** Sends the file of a certificate. @throws NotFound while there is none */
export async function sendPdf(
  { storage }: Pick<Platform, 'storage'>,
  row: CertificateRow | null,
  res: Exchange['res'],
): Promise<void> {
  const file = row?.pdf ? await storage.open(row.pdf.key) : null;
  if (!row || !file) throw new NotFound();
  res.set({
    'Content-Type': 'application/pdf',
    'Content-Length': String(file.size),
    'Content-Disposition': `attachment; filename="certificate-${row.number}.pdf"`,
    'Cache-Control': 'private, no-cache',
  });
  file.stream.on('error', (error) => res.destroy(error)).pipe(res);
}
