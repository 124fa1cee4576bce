import QRCode from 'qrcode';
import { isLanguage, LANGUAGE_TAGS, type Language, translatorOf } from '../../platform/i18n';
import { skillName, textIn } from '../catalogue';
import { formatCode } from './code';
import type { CertificateRow, Snapshot } from './model';

/** What a design reads. */
export interface PdfInput {
  documentTitle: string;
  organisation: string;
  site: string;
  lang: string;
  langAlso: string;
  date: { year: number; month: number; day: number };
  title: string;
  titleAlso: string | null;
  certifies: string;
  name: string;
  completed: string;
  course: string;
  courseAlso: string | null;
  details: string;
  skills: string | null;
  issued: string;
  until: string | null;
  number: string;
  check: string;
  url: string;
  urlText: string;
  qr: string;
  qrAlt: string;
}

/** The part of a certificate that is printed. */
export type Printed = Pick<CertificateRow, 'number' | 'code' | 'snapshot'>;

/** Where anyone can check the certificate. */
export const verifyUrl = (baseUrl: string, code: string): string =>
  `${baseUrl}/verify/${formatCode(code)}`;

const dayParts = (text: string) => {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return { year, month, day };
};

const written = new Intl.DateTimeFormat(LANGUAGE_TAGS.en, { dateStyle: 'long', timeZone: 'UTC' });
const inWords = (day: string): string => written.format(Date.parse(day));

function details(snapshot: Snapshot, language: Language): string {
  const t = translatorOf(language);
  return [
    t('certificates.pdf.hours', { hours: snapshot.hours }),
    t(`certificates.level.${snapshot.level}`),
    ...(snapshot.mark === null ? [] : [t('certificates.pdf.mark', { mark: snapshot.mark })]),
  ].join(' · ');
}

/** The certificate in English, which every employer reads, with its title in the holder's language beside. */
export async function pdfInput(row: Printed, baseUrl: string): Promise<PdfInput> {
  const { snapshot } = row;
  const t = translatorOf('en');
  const also =
    isLanguage(snapshot.language) && snapshot.language !== 'en' ? snapshot.language : null;
  const course = textIn(snapshot.courseTitle, 'en', snapshot.courseLanguage);
  const courseAlso = also ? textIn(snapshot.courseTitle, also, snapshot.courseLanguage) : course;
  const url = verifyUrl(baseUrl, row.code);
  const date = dayParts(snapshot.date);
  const skills = snapshot.skills.map((skill) => skillName(skill, t));
  return {
    documentTitle: t('certificates.pdf.documentTitle', { course }),
    organisation: snapshot.organisation.name,
    site: new URL(baseUrl).host,
    lang: 'en',
    langAlso: also ?? 'en',
    date,
    title: t('certificates.pdf.title'),
    titleAlso: also ? translatorOf(also)('certificates.pdf.title') : null,
    certifies: t('certificates.pdf.certifies'),
    name: snapshot.holderName,
    completed: t('certificates.pdf.completed'),
    course,
    courseAlso: courseAlso === course ? null : courseAlso,
    details: details(snapshot, 'en'),
    skills: skills.length > 0 ? t('certificates.pdf.skills', { skills: skills.join(', ') }) : null,
    issued: t('certificates.pdf.issued', { date: inWords(snapshot.date) }),
    until: snapshot.expiresOn
      ? t('certificates.pdf.until', { date: inWords(snapshot.expiresOn) })
      : null,
    number: t('certificates.pdf.number', { number: row.number }),
    check: t('certificates.pdf.check'),
    url,
    urlText: url,
    qr: await QRCode.toString(url, { type: 'svg', margin: 0, errorCorrectionLevel: 'M' }),
    qrAlt: t('certificates.pdf.qrAlt'),
  };
}
