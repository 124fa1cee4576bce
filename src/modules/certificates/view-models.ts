import type { Format, Language, Translate } from '../../platform/i18n';
import { languageOf, skillName, textIn } from '../catalogue';
import { formatCode } from './code';
import type { CertificateRow } from './model';
import { verifyUrl } from './pdf';
import type { CertificateSummary, Verification } from './queries';

export interface Reader {
  t: Translate;
  format: Format;
  language: Language;
}

/** The day of the award: it has no time zone any more. */
const dayOf = (date: string): Date => new Date(`${date}T12:00:00Z`);

export interface CertificateCard {
  course: string;
  courseLang: string;
  date: string;
  href: string;
  pdfHref: string | null;
  revoked: boolean;
}

export function toCard(summary: CertificateSummary, reader: Reader): CertificateCard {
  const { language } = reader;
  return {
    course: textIn(summary.courseTitle, language, summary.courseLanguage),
    courseLang: languageOf(summary.courseTitle, language, summary.courseLanguage),
    date: reader.format.day(dayOf(summary.date)),
    href: `/certificates/${summary.id}`,
    pdfHref: summary.ready ? `/certificates/${summary.id}/pdf` : null,
    revoked: summary.revoked,
  };
}

/** The facts of a certificate, a line each. */
function factsOf(row: CertificateRow, reader: Reader): { term: string; text: string }[] {
  const { snapshot } = row;
  const { t, format } = reader;
  return [
    { term: t('certificates.fact.organisation'), text: snapshot.organisation.name },
    { term: t('certificates.fact.date'), text: format.day(dayOf(snapshot.date)) },
    {
      term: t('certificates.fact.learning'),
      text: `${t('certificates.pdf.hours', { hours: snapshot.hours })} · ${t(`certificates.level.${snapshot.level}`)}`,
    },
    ...(snapshot.mark === null
      ? []
      : [{ term: t('certificates.fact.mark'), text: format.percent(snapshot.mark) }]),
    ...(snapshot.skills.length === 0
      ? []
      : [
          {
            term: t('certificates.fact.skills'),
            text: format.list(snapshot.skills.map((skill) => skillName(skill, t))),
          },
        ]),
    { term: t('certificates.fact.number'), text: row.number },
    { term: t('certificates.fact.code'), text: formatCode(row.code) },
  ];
}

const courseOf = (row: CertificateRow, language: Language) => ({
  course: textIn(row.snapshot.courseTitle, language, row.snapshot.courseLanguage),
  courseLang: languageOf(row.snapshot.courseTitle, language, row.snapshot.courseLanguage),
});

/** One's own certificate. */
export const toOwnPage = (row: CertificateRow, reader: Reader, baseUrl: string) => ({
  ...courseOf(row, reader.language),
  id: row._id.toHexString(),
  holder: row.snapshot.holderName,
  facts: factsOf(row, reader),
  pdfHref: row.pdf ? `/certificates/${row._id.toHexString()}/pdf` : null,
  verifyUrl: verifyUrl(baseUrl, row.code),
  revocation: row.revocation && {
    date: reader.format.date(row.revocation.at),
    reason: row.revocation.reason,
  },
});

/** What anyone sees who checks a code. */
export const toVerifyPage = (typed: string, verification: Verification, reader: Reader) =>
  'row' in verification
    ? {
        kind: verification.kind,
        typed,
        certificate: {
          ...courseOf(verification.row, reader.language),
          holder: verification.row.snapshot.holderName,
          facts: factsOf(verification.row, reader),
          revocation: verification.row.revocation && {
            date: reader.format.date(verification.row.revocation.at),
            reason: verification.row.revocation.reason,
          },
        },
      }
    : { kind: verification.kind, typed, certificate: null };

/** The same for machines; documented in the room's README. */
export const toVerifyJson = (verification: Verification) =>
  'row' in verification
    ? {
        status: verification.kind,
        code: formatCode(verification.row.code),
        number: verification.row.number,
        holder: verification.row.snapshot.holderName,
        course: {
          slug: verification.row.snapshot.courseSlug,
          title: verification.row.snapshot.courseTitle,
          version: verification.row.snapshot.versionNumber,
          hours: verification.row.snapshot.hours,
          level: verification.row.snapshot.level,
          skills: verification.row.snapshot.skills,
        },
        mark: verification.row.snapshot.mark,
        issuer: {
          code: verification.row.snapshot.organisation.code,
          name: verification.row.snapshot.organisation.name,
        },
        date: verification.row.snapshot.date,
        revokedAt: verification.row.revocation?.at.toISOString() ?? null,
      }
    : { status: verification.kind };
