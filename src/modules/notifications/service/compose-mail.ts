import { LANGUAGE_TAGS } from '../../../platform/i18n';
import type { Mail } from '../../../platform/mail';
import type { Platform } from '../../../platform/platform';
import {
  accountLink,
  addressesOf,
  findMerge,
  findPeople,
  type LinkPurpose,
  type Person,
} from '../../accounts';
import { certificateFile } from '../../certificates';
import { hrefOfInvitation } from '../enrolling-notice';
import { isOptional, type MailKind } from '../kinds';
import { mailText, plainText } from '../mail-text';
import type { Notice } from '../notice';
import { type Reader, readerIn, wordsOf } from '../reader';
import { type MailWishes, NOTHING_CHOSEN, wishesOfMany } from './mail-choices';

/** Mails whose link opens something of the account: it is made when the mail is written. */
const LINKS: Partial<Record<MailKind, LinkPurpose>> = {
  confirm: 'confirm',
  reset: 'reset',
  'email-change': 'email-change',
};

export type Sender = Pick<Platform, 'config' | 'mailer' | 'renderer' | 'storage'>;

/** Mails that tell of a certificate whose file is there. */
const WITH_FILE: readonly MailKind[] = ['certificate-ready', 'certificate-replaced'];

/** The PDF of the certificate, for whoever wants it with the mail. */
async function attachmentsFor({ storage }: Sender, { kind, href }: Notice, wanted: MailWishes) {
  if (!WITH_FILE.includes(kind) || !wanted.pdf) return {};
  const file = await certificateFile(href.split('/').at(-1) ?? '', storage);
  return file ? { attachments: [{ ...file, contentType: 'application/pdf' }] } : {};
}

/** Whom the mails go to and what they want of them, as it is at this moment. */
export interface Recipients {
  readonly people: ReadonlyMap<string, Person>;
  readonly wishes: ReadonlyMap<string, MailWishes>;
}

export async function recipientsOf(notices: readonly Notice[]): Promise<Recipients> {
  const userIds = [...new Set(notices.map(({ userId }) => userId))];
  return { people: await findPeople(userIds), wishes: await wishesOfMany(userIds) };
}

/** The mail of a notice, or why there is to be none. */
export async function composeMail(
  sender: Sender,
  notice: Notice,
  { people, wishes }: Recipients,
): Promise<Mail | { skip: string }> {
  const person = people.get(notice.userId);
  if (!person) return { skip: 'no-account' };
  const wanted = wishes.get(notice.userId) ?? NOTHING_CHOSEN;
  if (isOptional(notice.kind) && wanted.off.has(notice.kind)) return { skip: 'switched-off' };
  if (isOptional(notice.kind) && person.emailConfirmedAt === null) return { skip: 'unconfirmed' };
  const to = await addressFor(notice, person);
  const href = await hrefFor(sender, notice);
  if (to === null || href === null) return { skip: 'out-of-date' };
  const reader = readerIn(person.language, sender.config.timeZone);
  const words = withName(await wordsOf(notice.values, reader), person.name);
  const file = await attachmentsFor(sender, notice, wanted);
  return {
    to,
    key: notice.key,
    ...render(sender, notice, { words, href, reader, attached: 'attachments' in file }),
    ...file,
  };
}

/** Words that staff wrote name the reader where they said so. */
const withName = (words: Record<string, string>, name: string): Record<string, string> => ({
  ...words,
  message: (words['message'] ?? '').replaceAll('{name}', name),
  name,
});

/** Who is told: of a new address the new one, of an old address the old one, of a joined account its own. */
async function addressFor(
  { kind, userId, values }: Notice,
  person: Person,
): Promise<string | null> {
  if (kind === 'account-gone') return (await findMerge(values['account'] ?? ''))?.email ?? null;
  if (kind !== 'email-change' && kind !== 'email-changed') return person.email;
  const addresses = await addressesOf(userId);
  return (kind === 'email-change' ? addresses?.pending : addresses?.previous) ?? null;
}

async function hrefFor({ config }: Sender, { kind, userId, href }: Notice): Promise<string | null> {
  if (kind === 'invited') return hrefOfInvitation(config, userId, href);
  const purpose = LINKS[kind];
  return purpose ? accountLink(config, purpose, userId) : `${config.baseUrl}${href}`;
}

interface MailParts {
  words: Record<string, string>;
  href: string;
  reader: Reader;
  attached: boolean;
}

function render(
  { config, renderer }: Sender,
  { kind }: Notice,
  { words, href, reader, attached }: MailParts,
): Pick<Mail, 'subject' | 'text' | 'html' | 'lang'> {
  const { language, t, format } = reader;
  const plain = mailText(kind, words, href, reader);
  const after = attached ? [...plain.after, t('notifications.attached')] : plain.after;
  const text = { ...plain, after };
  const preferencesUrl = isOptional(kind) ? `${config.baseUrl}/me/notifications` : null;
  const site = config.baseUrl.replace(/^https?:\/\//, '');
  const footer = [
    t('common.mail.reason', { site }),
    ...(preferencesUrl ? [`${t('common.mail.preferences')}: ${preferencesUrl}`] : []),
  ];
  const template = (page: string, locals: object) =>
    renderer.template(page, locals, language, t, format);
  const html = template('layouts/email', {
    body: template('notifications/mail/body', { paragraphs: text.paragraphs }),
    mail: {
      subject: text.subject,
      baseUrl: config.baseUrl,
      preheader: text.paragraphs.at(-1),
      button: text.button,
      notes: text.after,
      preferencesUrl,
    },
  });
  return {
    subject: text.subject,
    text: plainText(text, footer),
    html,
    lang: LANGUAGE_TAGS[language],
  };
}
