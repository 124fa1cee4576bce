import type { Config } from '../../platform/config';
import type { Format, Language, Translate } from '../../platform/i18n';
import { invitationLink } from '../accounts';
import { findCourse } from '../catalogue';
import { fillMessage, findOffer, findReminder, reminderText } from '../enrolling';
import { findEnrolment } from '../learning';
import { findOrganisation, nameIn, noonOf } from '../organisations';
import type { NoticeValues } from './model';

const KINDS = ['invited', 'reminded'] as const;
export type AboutEnrolling = (typeof KINDS)[number];

export const isAboutEnrolling = (kind: string): kind is AboutEnrolling =>
  (KINDS as readonly string[]).includes(kind);

interface Told {
  userId: string;
  values: NoticeValues;
  href: string;
}

/** What is told of an offer or a reminder; null when there is no reason any more. */
export const enrollingNotice = (kind: AboutEnrolling, ref: string): Promise<Told | null> =>
  kind === 'invited' ? invited(ref) : reminded(ref);

async function invited(offerId: string): Promise<Told | null> {
  const offer = await findOffer(offerId);
  const course = offer && (await findCourse(offer.courseSlug));
  if (!offer || !course) return null;
  return {
    userId: offer.userId,
    values: { versionId: course.id, organisationId: offer.organisationId },
    href: `/offers/${offerId}`,
  };
}

async function reminded(reminderId: string): Promise<Told | null> {
  const reminder = await findReminder(reminderId);
  const enrolment = reminder && (await findEnrolment(reminder.enrolmentId));
  // Whoever has finished or left meanwhile needs no reminder.
  if (!reminder || enrolment?.status !== 'active') return null;
  return {
    userId: reminder.userId,
    values: {
      versionId: enrolment.versionId,
      actId: reminder.actId,
      ...(enrolment.dueOn === null ? {} : { dueOn: enrolment.dueOn }),
    },
    href: `/learn/${reminder.enrolmentId}`,
  };
}

/** The words that these notices have besides, in the reader's language; `{name}` is filled later. */
export async function enrollingWords(
  { organisationId, actId, dueOn }: NoticeValues,
  course: string,
  { language, t, format }: { language: Language; t: Translate; format: Format },
): Promise<{ organisation: string; message: string }> {
  const organisation = organisationId === undefined ? null : await findOrganisation(organisationId);
  const text = actId === undefined ? null : await reminderText(actId, language);
  const date = dueOn === undefined ? t('enrolling.remind.noDate') : format.day(noonOf(dueOn));
  return {
    organisation: organisation ? nameIn(organisation, language) : '',
    message: text === null ? '' : fillMessage(text, { name: '{name}', course, date }),
  };
}

/** Where an invitation leads: to the first password of an account that was made for it. */
export const hrefOfInvitation = async (
  config: Config,
  userId: string,
  href: string,
): Promise<string> => (await invitationLink(config, userId)) ?? `${config.baseUrl}${href}`;
