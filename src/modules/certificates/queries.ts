import type { FileStorage } from '../../platform/storage';
import { now } from '../../shared/clock';
import { parseCode } from './code';
import { Certificate, type CertificateRow, LIVE } from './model';
import { type CertificateState, stateOf } from './state';

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
  /** As they were on the day of the award. */
  holderName: string;
  organisationName: string;
  hours: number;
  level: string;
  /** YYYY-MM-DD in the awarding organisation's time zone. */
  date: string;
  /** True once the PDF is there. */
  ready: boolean;
  state: CertificateState;
  /** Of the course's version. */
  versionId: string;
  /** YYYY-MM-DD; null: valid for ever. */
  expiresOn: string | null;
  /** Id of the certificate that it replaces. */
  supersedes: string | null;
  /** Why it does not count at the moment, or never will again; with the moment of that decision. */
  decision: { at: Date; reason: string } | null;
}

const decisionOf = (row: CertificateRow): CertificateSummary['decision'] =>
  ({
    valid: null,
    suspended: row.suspension,
    revoked: row.revocation,
    superseded: row.supersession,
  })[row.standing];

export const summaryOf = (row: CertificateRow): CertificateSummary => ({
  id: row._id.toHexString(),
  enrolmentId: row.enrolmentId,
  userId: row.userId,
  number: row.number,
  code: row.code,
  courseSlug: row.snapshot.courseSlug,
  courseTitle: row.snapshot.courseTitle,
  courseLanguage: row.snapshot.courseLanguage,
  holderName: row.snapshot.holderName,
  organisationName: row.snapshot.organisation.name,
  hours: row.snapshot.hours,
  level: row.snapshot.level,
  date: row.snapshot.date,
  ready: row.pdf !== null,
  state: stateOf(row, now()),
  versionId: row.snapshot.versionId,
  expiresOn: row.snapshot.expiresOn,
  supersedes: row.supersedes,
  decision: decisionOf(row),
});

export async function findCertificate(id: string): Promise<CertificateSummary | null> {
  const row = await Certificate.findById(id).lean<CertificateRow>();
  return row && summaryOf(row);
}

/** Those of them that exist, in no order; at most 1,000 ids at a time. */
export async function findCertificates(ids: readonly string[]): Promise<CertificateSummary[]> {
  if (ids.length > 1_000) throw new Error(`${ids.length} certificates are too many at once`);
  const rows = await Certificate.find({ _id: { $in: ids } }, { words: 0 }).lean<CertificateRow[]>();
  return rows.map(summaryOf);
}

/** What the pages of learning say about the certificate of an enrolment. */
export async function certificateOf(enrolmentId: string): Promise<CertificateSummary | null> {
  const row = await Certificate.findOne({
    enrolmentId,
    standing: { $in: LIVE },
  }).lean<CertificateRow>();
  return row && summaryOf(row);
}

/** Of these enrolments, the certificates that exist, by enrolment. */
export async function certificatesOf(
  enrolmentIds: readonly string[],
): Promise<Map<string, CertificateSummary>> {
  if (enrolmentIds.length === 0) return new Map();
  const rows = await Certificate.find({
    enrolmentId: { $in: enrolmentIds },
    standing: { $in: LIVE },
  }).lean<CertificateRow[]>();
  return new Map(rows.map((row) => [row.enrolmentId, summaryOf(row)]));
}

/** The file of a certificate, whole, under the name by which it is sent; null while there is none. */
export async function certificateFile(
  id: string,
  storage: Pick<FileStorage, 'get'>,
): Promise<{ filename: string; content: Buffer } | null> {
  const row = await Certificate.findById(id, { number: 1, pdf: 1 }).lean<CertificateRow>();
  const content = row?.pdf ? await storage.get(row.pdf.key) : null;
  return row && content ? { filename: `certificate-${row.number}.pdf`, content } : null;
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
  return { items: rows.map(summaryOf), total, pages: Math.max(1, Math.ceil(total / PAGE_SIZE)) };
}

/** How many certificates someone has, whatever their standing. */
export const countCertificates = (userId: string): Promise<number> =>
  Certificate.countDocuments({ userId });

/** The whole record, for its holder only. */
export const findOwn = (userId: string, id: string): Promise<CertificateRow | null> =>
  Certificate.findOne({ _id: id, userId }).lean<CertificateRow>();

export type Verification =
  | { kind: CertificateState; row: CertificateRow; replacement: CertificateRow | null }
  | { kind: 'unknown' | 'mistyped' | 'malformed' };

/** What a typed or scanned code leads to. */
export async function verify(typed: string): Promise<Verification> {
  const parsed = parseCode(typed);
  if (parsed.kind !== 'code') return { kind: parsed.kind };
  const row = await Certificate.findOne({ code: parsed.code }).lean<CertificateRow>();
  if (!row) return { kind: 'unknown' };
  const replacement =
    row.standing === 'superseded'
      ? await Certificate.findOne({
          enrolmentId: row.enrolmentId,
          standing: { $in: LIVE },
        }).lean<CertificateRow>()
      : null;
  return { kind: stateOf(row, now()), row, replacement };
}
