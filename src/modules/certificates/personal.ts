import { eraseAuditParts } from '../../platform/audit';
import type { PersonalData } from '../../platform/personal';
import type { FileStorage } from '../../platform/storage';
import { formatCode } from './code';
import { forgetCredentials } from './credential/forget';
import { Certificate, type CertificateRow } from './model';
import { fileKeyOf } from './service/make-file';
import { wordsOf } from './words';

const MOST = 1_000;

const rowsOf = (userId: string): Promise<CertificateRow[]> =>
  Certificate.find({ userId }).sort({ issuedAt: -1 }).limit(MOST).lean<CertificateRow[]>();

async function exportOf(userId: string) {
  const rows = await rowsOf(userId);
  return {
    certificates: rows.map((row) => ({
      number: row.number,
      code: formatCode(row.code),
      name: row.snapshot.holderName,
      course: row.snapshot.courseTitle[row.snapshot.courseLanguage] ?? row.snapshot.courseSlug,
      organisation: row.snapshot.organisation.name,
      date: row.snapshot.date,
      expiresOn: row.snapshot.expiresOn,
      hours: row.snapshot.hours,
      mark: row.snapshot.mark,
      standing: row.standing,
    })),
  };
}

/**
 * A certificate outlives the account (decision 0056). Whose holder agrees stays as it is; otherwise
 * its code still tells that it was awarded, and names nobody: the name, the PDF
 * and the credential are taken away.
 */
export const certificateData = (storage: FileStorage): PersonalData => ({
  exportOf,
  // What stands in a certificate stays; it belongs to whoever goes on.
  merge: async (from, to) => {
    await Certificate.updateMany(
      { userId: from },
      { $set: { userId: to } },
      { overwriteImmutable: true },
    );
  },
  forget: async (userId, { certificateNames }) => {
    if (certificateNames === 'keep') return;
    const rows = await rowsOf(userId);
    for (const row of rows) {
      const words = wordsOf({ ...row, snapshot: { ...row.snapshot, holderName: '' } });
      // Past mongoose, for which a snapshot never changes.
      await Certificate.collection.updateOne(
        { _id: row._id },
        { $set: { 'snapshot.holderName': '', words } },
      );
      // After the name: who makes the file at this moment finds it gone, and takes the file back.
      await storage.remove(row.pdf?.key ?? fileKeyOf(row));
    }
    await forgetCredentials(rows.map(({ _id }) => _id));
    const ids = rows.map(({ _id }) => _id.toHexString());
    await eraseAuditParts({ 'subject.kind': 'certificate', 'subject.id': { $in: ids } }, 'detail', {
      reason: 'account-deleted',
      subject: { kind: 'account', id: userId },
    });
  },
});
