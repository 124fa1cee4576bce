import { parseCode } from './code';
import { Certificate, type CertificateRow } from './model';

/** A certificate as other rooms see it. */
export interface CertificateSummary {
  id: string;
  enrolmentId: string;
  userId: string;
  number: string;
  code: string;
  courseSlug: string;
  courseTitle: Record<string, string>;
  courseLanguage: string;
  /** YYYY-MM-DD in the awarding organisation's time zone. */
  date: string;
  /** True once the PDF is there. */
  ready: boolean;
  revoked: boolean;
}

const summary = (row: CertificateRow): CertificateSummary => ({
  id: row._id.toHexString(),
  enrolmentId: row.enrolmentId,
  userId: row.userId,
  number: row.number,
  code: row.code,
  courseSlug: row.snapshot.courseSlug,
  courseTitle: row.snapshot.courseTitle,
  courseLanguage: row.snapshot.courseLanguage,
  date: row.snapshot.date,
  ready: row.pdf !== null,
  revoked: row.revocation !== null,
});

export async function findCertificate(id: string): Promise<CertificateSummary | null> {
  const row = await Certificate.findById(id).lean<CertificateRow>();
  return row && summary(row);
}

/** What the pages of learning say about the certificate of an enrolment. */
export async function certificateOf(enrolmentId: string): Promise<CertificateSummary | null> {
  const row = await Certificate.findOne({ enrolmentId }).lean<CertificateRow>();
  return row && summary(row);
}

/** Of these enrolments, the certificates that exist, by enrolment. */
export async function certificatesOf(
  enrolmentIds: readonly string[],
): Promise<Map<string, CertificateSummary>> {
  const rows = await Certificate.find({ enrolmentId: { $in: enrolmentIds } }).lean<
    CertificateRow[]
  >();
  return new Map(rows.map((row) => [row.enrolmentId, summary(row)]));
}

const PAGE_SIZE = 20;

/** A page of someone's certificates, newest first. */
export async function listOwn(
  userId: string,
  page: number,
): Promise<{ items: CertificateSummary[]; total: number; pages: number }> {
  const total = await Certificate.countDocuments({ userId });
  const rows = await Certificate.find({ userId })
    .sort({ issuedAt: -1 })
    .skip((page - 1) * PAGE_SIZE)
    .limit(PAGE_SIZE)
    .lean<CertificateRow[]>();
  return { items: rows.map(summary), total, pages: Math.max(1, Math.ceil(total / PAGE_SIZE)) };
}

/** The whole record, for its holder only. */
export const findOwn = (userId: string, id: string): Promise<CertificateRow | null> =>
  Certificate.findOne({ _id: id, userId }).lean<CertificateRow>();

export type Verification =
  | { kind: 'valid' | 'revoked'; row: CertificateRow }
  | { kind: 'unknown' | 'mistyped' | 'malformed' };

/** What a typed or scanned code leads to. */
export async function verify(typed: string): Promise<Verification> {
  const parsed = parseCode(typed);
  if (parsed.kind !== 'code') return { kind: parsed.kind };
  const row = await Certificate.findOne({ code: parsed.code }).lean<CertificateRow>();
  if (!row) return { kind: 'unknown' };
  return { kind: row.revocation ? 'revoked' : 'valid', row };
}
