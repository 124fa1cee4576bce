import type { Format, Language, Translate } from '../../../platform/i18n';
import { now } from '../../../shared/clock';
import { languageOf, skillName, textIn } from '../../catalogue';
import { formatCode } from '../code';
import type { CertificateRow } from '../model';
import { verifyUrl } from '../pdf';
import { type CertificateSummary, summaryOf, type Verification } from '../queries';
import { type CertificateState, canRenew, stateOf } from '../state';

export interface Reader {
  t: Translate;
  format: Format;
  language: Language;
}

/** The day of the award: it has no time zone any more. */
export const dayOf = (date: string): Date => new Date(`${date}T12:00:00Z`);

/** A certificate as the component `certificates/award` shows it. */
interface Award {
  organisation: string;
  holder: string;
  course: string;
  courseLang: string;
  details: string;
  /** The last lines: date, end, number. */
  lines: string[];
}

export interface CertificateCard {
  award: Award;
  href: string;
  pdfHref: string | null;
  state: CertificateState;
}

function awardOf(summary: CertificateSummary, { language, t, format }: Reader): Award {
  const day = (text: string) => format.day(dayOf(text));
  return {
    organisation: summary.organisationName,
    holder: summary.holderName,
    course: textIn(summary.courseTitle, language, summary.courseLanguage),
    courseLang: languageOf(summary.courseTitle, language, summary.courseLanguage),
    details: `${t('certificates.pdf.hours', { hours: summary.hours })} · ${t(`certificates.level.${summary.level}`)}`,
    lines: [
      t('certificates.list.issued', { date: day(summary.date) }),
      ...(summary.expiresOn
        ? [t('certificates.list.until', { date: day(summary.expiresOn) })]
        : []),
      summary.number,
    ],
  };
}

export function toCard(summary: CertificateSummary, reader: Reader): CertificateCard {
  return {
    award: awardOf(summary, reader),
    href: `/certificates/${summary.id}`,
    pdfHref: summary.ready ? `/certificates/${summary.id}/pdf` : null,
    state: summary.state,
  };
}

/** The facts of a certificate, a line each. */
export function factsOf(row: CertificateRow, reader: Reader): { term: string; text: string }[] {
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
    ...(snapshot.expiresOn
      ? [{ term: t('certificates.fact.expires'), text: format.day(dayOf(snapshot.expiresOn)) }]
      : []),
    { term: t('certificates.fact.number'), text: row.number },
    { term: t('certificates.fact.code'), text: formatCode(row.code) },
  ];
}

/** Why a certificate does not count, in words: for its own page and for whoever checks it. */
export interface StateNote {
  state: Exclude<CertificateState, 'valid'>;
  /** The day on which it came to an end. */
  date: string;
  reason: string;
}

export function noteOf(row: CertificateRow, { format }: Reader): StateNote | null {
  const state = stateOf(row, now());
  if (state === 'valid') return null;
  if (state === 'expired') {
    return { state, date: format.day(dayOf(row.snapshot.expiresOn ?? '')), reason: '' };
  }
  const decision = {
    suspended: row.suspension,
    revoked: row.revocation,
    superseded: row.supersession,
  };
  const { at, reason } = decision[state] ?? { at: row.issuedAt, reason: '' };
  return { state, date: format.date(at), reason };
}

const courseOf = (row: CertificateRow, language: Language) => ({
  course: textIn(row.snapshot.courseTitle, language, row.snapshot.courseLanguage),
  courseLang: languageOf(row.snapshot.courseTitle, language, row.snapshot.courseLanguage),
});

/** The form at LinkedIn that puts a certificate into a profile, filled in. */
function linkedInUrl(row: CertificateRow, language: Language, baseUrl: string): string {
  const { date, expiresOn, organisation } = row.snapshot;
  const [year = '', month = ''] = date.split('-');
  const [lastYear = '', lastMonth = ''] = expiresOn?.split('-') ?? [];
  const fields = new URLSearchParams({
    startTask: 'CERTIFICATION_NAME',
    name: courseOf(row, language).course,
    organizationName: organisation.name,
    issueYear: year,
    issueMonth: String(Number(month)),
    ...(expiresOn ? { expirationYear: lastYear, expirationMonth: String(Number(lastMonth)) } : {}),
    certUrl: verifyUrl(baseUrl, row.code),
    certId: row.number,
  });
  return `https://www.linkedin.com/profile/add?${fields}`;
}

/** One's own certificate. */
export const toOwnPage = (
  row: CertificateRow,
  live: CertificateSummary | null,
  reader: Reader,
  baseUrl: string,
) => ({
  award: awardOf(summaryOf(row), reader),
  ...courseOf(row, reader.language),
  id: row._id.toHexString(),
  holder: row.snapshot.holderName,
  facts: factsOf(row, reader),
  pdfHref: row.pdf ? `/certificates/${row._id.toHexString()}/pdf` : null,
  verifyUrl: verifyUrl(baseUrl, row.code),
  linkedIn: linkedInUrl(row, reader.language, baseUrl),
  credentialHref: `/credentials/${formatCode(row.code)}`,
  // One that was taken back or replaced is not for showing; one past its end still tells what was learnt.
  counts: row.standing === 'valid',
  note: noteOf(row, reader),
  replacementHref: row.standing === 'superseded' && live ? `/certificates/${live.id}` : null,
  renewal: renewalOf(row, reader),
});

/** What can be done about the end of a certificate; null where it has none, or it was renewed. */
function renewalOf(row: CertificateRow, { format }: Reader) {
  if (!row.snapshot.expiresOn || row.standing !== 'valid') return null;
  return {
    until: format.day(dayOf(row.snapshot.expiresOn)),
    action: canRenew(row, now()) ? `/certificates/${row._id.toHexString()}/renew` : null,
    renewedHref: row.renewedBy ? `/certificates/${row.renewedBy}` : null,
  };
}

/** What anyone sees who checks a code. */
export const toVerifyPage = (typed: string, verification: Verification, reader: Reader) =>
  'row' in verification
    ? {
        kind: verification.kind,
        typed,
        certificate: {
          ...courseOf(verification.row, reader.language),
          holder: verification.row.snapshot.holderName || reader.t('certificates.verify.left'),
          facts: factsOf(verification.row, reader),
          note: noteOf(verification.row, reader),
          replacement: verification.replacement && {
            href: `/verify/${formatCode(verification.replacement.code)}`,
            number: verification.replacement.number,
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
        // Null: the holder left, and did not agree to be named any longer.
        holder: verification.row.snapshot.holderName || null,
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
        validUntil: verification.row.snapshot.expiresOn ?? null,
        revokedAt: verification.row.revocation?.at.toISOString() ?? null,
        suspendedAt: verification.row.suspension?.at.toISOString() ?? null,
        supersededBy: verification.replacement && {
          code: formatCode(verification.replacement.code),
          number: verification.replacement.number,
        },
      }
    : { status: verification.kind };
