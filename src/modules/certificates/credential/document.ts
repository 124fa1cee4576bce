import { createHash } from 'node:crypto';
import { translatorOf } from '../../../platform/i18n';
import { CREDENTIALS_V2, didOf, OPEN_BADGES_V3, timestamp } from '../../../platform/vc';
import { type PublishedVersion, skillName, textIn } from '../../catalogue';
import { formatCode } from '../code';
import type { CertificateRow, Snapshot } from '../model';

/** What the credential says about the course beyond the snapshot; null when the version is gone. */
export type CourseFacts = Pick<PublishedVersion, 'summary' | 'outcomes'> | null;

/** What differs from one credential of a course to the next: all of it text. */
const VALUES = [
  'code',
  'holder',
  'hash',
  'salt',
  'from',
  'until',
  'list',
  'index',
  'number',
  'mark',
] as const;
type Values = Record<(typeof VALUES)[number], string>;

export interface Draft {
  /** The same for credentials that differ in their values only. */
  readonly template: string;
  readonly values: readonly string[];
  readonly build: (values: readonly string[]) => UnsignedCredential;
}

export interface UnsignedCredential {
  readonly '@context': readonly string[];
  readonly id: string;
  readonly validUntil?: string;
  readonly credentialSubject: { readonly id: string };
}

export const STATUS_PURPOSES = ['revocation', 'suspension'] as const;
export type StatusPurpose = (typeof STATUS_PURPOSES)[number];

export const statusListUrl = (
  baseUrl: string,
  purpose: StatusPurpose,
  list: number | string,
): string => `${baseUrl}/credentials/status/${purpose}-${list}`;

/** Of the e-mail address, as Open Badges 3.0 describes it (IdentityHash). */
const identityHash = (email: string, salt: string): string =>
  `sha256$${createHash('sha256').update(`${email}${salt}`).digest('hex')}`;

/** The parts that are the same for everyone who completed this version. */
function courseOf({ snapshot }: CertificateRow, facts: CourseFacts, baseUrl: string) {
  const t = translatorOf('en');
  const inEnglish = (text: Readonly<Record<string, string>>) =>
    textIn(text, 'en', snapshot.courseLanguage);
  const name = inEnglish(snapshot.courseTitle);
  const outcomes = facts?.outcomes.map((outcome) => `- ${inEnglish(outcome)}`) ?? [];
  const hours = t('certificates.pdf.hours', { hours: snapshot.hours });
  return {
    name,
    description: facts
      ? inEnglish(facts.summary)
      : t('certificates.pdf.documentTitle', { course: name }),
    narrative: [
      t('certificates.credential.criteria', { course: name, hours }),
      ...(outcomes.length > 0 ? [t('certificates.credential.outcomes'), ...outcomes] : []),
    ].join('\n'),
    skills: snapshot.skills.map((skill) => ({
      name: skillName(skill, t),
      url: `${baseUrl}/courses?skill=${encodeURIComponent(skill)}`,
      code: skill,
    })),
    level: t(`certificates.level.${snapshot.level}`),
  };
}

const subjectOf = (
  v: Values,
  snapshot: Snapshot,
  id: string,
  course: ReturnType<typeof courseOf>,
  achievement: string,
) => ({
  id: `${id}#holder`,
  type: ['AchievementSubject'],
  identifier: [
    {
      type: 'IdentityObject',
      identityType: 'name',
      hashed: false,
      identityHash: v.holder,
    },
    ...(v.hash === ''
      ? []
      : [
          {
            type: 'IdentityObject',
            identityType: 'emailAddress',
            hashed: true,
            identityHash: v.hash,
            salt: v.salt,
          },
        ]),
  ],
  activityEndDate: v.from,
  creditsEarned: snapshot.hours,
  licenseNumber: v.number,
  ...(v.mark === ''
    ? {}
    : {
        result: [
          {
            id: `${id}#mark`,
            type: ['Result'],
            resultDescription: `${achievement}-mark`,
            value: v.mark,
          },
        ],
      }),
  achievement: {
    id: achievement,
    type: ['Achievement'],
    achievementType: 'Course',
    name: course.name,
    description: course.description,
    criteria: { id: `${achievement}-criteria`, narrative: course.narrative },
    image: { id: `${id}.png`, type: 'Image' },
    humanCode: snapshot.courseSlug,
    version: String(snapshot.versionNumber),
    inLanguage: snapshot.courseLanguage,
    fieldOfStudy: course.level,
    creditsAvailable: snapshot.hours,
    tag: course.skills.map(({ name }) => name),
    alignment: course.skills.map((skill) => ({
      id: `${achievement}-skill-${skill.code}`,
      type: ['Alignment'],
      targetName: skill.name,
      targetUrl: skill.url,
      targetCode: skill.code,
    })),
    ...(v.mark === ''
      ? {}
      : {
          resultDescription: [
            {
              id: `${achievement}-mark`,
              type: ['ResultDescription'],
              name: 'Mark',
              resultType: 'Percent',
              valueMin: '0',
              valueMax: '100',
            },
          ],
        }),
  },
});

/**
 * The certificate as an Open Badges 3.0 credential (https://www.imsglobal.org/spec/ob/v3p0/) on
 * Verifiable Credentials 2.0. All nodes have an id but those
 * that may not: so its canonical form is quick to make.
 */
export function draftCredential(
  row: CertificateRow,
  place: { list: number; index: number },
  recipient: { email: string; salt: string } | null,
  facts: CourseFacts,
  baseUrl: string,
): Draft {
  const { snapshot } = row;
  const course = courseOf(row, facts, baseUrl);
  const achievement = `${baseUrl}/courses/${snapshot.courseSlug}#version-${snapshot.versionNumber}`;
  const values: Values = {
    code: formatCode(row.code),
    holder: snapshot.holderName,
    hash: recipient ? identityHash(recipient.email, recipient.salt) : '',
    salt: recipient?.salt ?? '',
    from: timestamp(row.issuedAt),
    until: row.expiresAt ? timestamp(row.expiresAt) : '',
    list: String(place.list),
    index: String(place.index),
    number: row.number,
    mark: snapshot.mark === null ? '' : String(snapshot.mark),
  };
  const isThere = VALUES.filter((name) => values[name] !== '');

  const build = (given: readonly string[]): UnsignedCredential => {
    const v = Object.fromEntries(VALUES.map((name) => [name, ''])) as Values;
    isThere.forEach((name, place) => {
      v[name] = given[place] ?? '';
    });
    const id = `${baseUrl}/credentials/${v.code}`;
    const list = (purpose: StatusPurpose) => statusListUrl(baseUrl, purpose, v.list);
    return {
      '@context': [CREDENTIALS_V2, OPEN_BADGES_V3],
      id,
      type: ['VerifiableCredential', 'OpenBadgeCredential'],
      name: course.name,
      description: course.description,
      issuer: {
        id: didOf(baseUrl),
        type: ['Profile'],
        name: snapshot.organisation.name,
        url: baseUrl,
      },
      validFrom: v.from,
      ...(v.until === '' ? {} : { validUntil: v.until }),
      awardedDate: v.from,
      credentialSubject: subjectOf(v, snapshot, id, course, achievement),
      credentialStatus: {
        id: `${list('revocation')}#${v.index}`,
        type: 'BitstringStatusListEntry',
        statusPurpose: 'revocation',
        statusListIndex: v.index,
        statusListCredential: list('revocation'),
        statusReference: list('suspension'),
      },
    } as UnsignedCredential;
  };
  return {
    template: JSON.stringify([
      ...[snapshot.versionId, snapshot.organisation.name, snapshot.hours, snapshot.level],
      ...[course, achievement, isThere],
    ]),
    values: isThere.map((name) => values[name]),
    build,
  };
}
