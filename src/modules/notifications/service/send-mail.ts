import { randomUUID } from 'node:crypto';
import { isDuplicateKey } from '../../../platform/db';
import { LANGUAGE_TAGS } from '../../../platform/i18n';
import { logger } from '../../../platform/logger';
import type { Mail } from '../../../platform/mail';
import type { Platform } from '../../../platform/platform';
import type { JobRun } from '../../../platform/queue';
import { now } from '../../../shared/clock';
import {
  accountLink,
  addressesOf,
  findMerge,
  findPerson,
  type LinkPurpose,
  type Person,
} from '../../accounts';
import { certificateFile } from '../../certificates';
import { hrefOfInvitation } from '../enrolling-notice';
import { isOptional, type MailKind } from '../kinds';
import { mailText, plainText } from '../mail-text';
import { MailSend } from '../model';
import type { Notice } from '../notice';
import { type Reader, readerIn, wordsOf } from '../reader';
import { type MailWishes, wishesOf } from './mail-choices';

/** A try that lives keeps its lease up; that of one that died is free when its queue brings it again. */
const LEASE_MS = 15_000;
const KEEP_UP_MS = LEASE_MS / 4;

/** Mails whose link opens something of the account: it is made when the mail is written. */
const LINKS: Partial<Record<MailKind, LinkPurpose>> = {
  confirm: 'confirm',
  reset: 'reset',
  'email-change': 'email-change',
};

type Sender = Pick<Platform, 'config' | 'mailer' | 'renderer' | 'storage'>;

/** Mails that tell of a certificate whose file is there. */
const WITH_FILE: readonly MailKind[] = ['certificate-ready', 'certificate-replaced'];

/** The PDF of the certificate, for whoever wants it with the mail. */
async function attachmentsFor({ storage }: Sender, { kind, href }: Notice, wanted: MailWishes) {
  if (!WITH_FILE.includes(kind) || !wanted.pdf) return {};
  const file = await certificateFile(href.split('/').at(-1) ?? '', storage);
  return file ? { attachments: [{ ...file, contentType: 'application/pdf' }] } : {};
}

/**
 * Sends the mail of a notice once, whatever runs twice: its row is leased for the try and marked
 * when the mail server has taken the mail. One window is left: a process that dies between the
 * server's yes and the mark sends again, under the same Message-ID, by which mail programs know a
 * mail that they have. Mails in files have no such window: the same key is the same file.
 * @throws when the mail could not be sent, or another try is at it: the queue tries again
 */
export async function sendMail(sender: Sender, notice: Notice, run: JobRun): Promise<void> {
  const holder = randomUUID();
  if (!(await lease(notice, holder))) return;
  const own = { sendKey: notice.key, holder };
  const keepUp = setInterval(() => {
    MailSend.updateOne(own, { $set: { leasedUntil: leaseEnd(now()) } }).catch(() => undefined);
  }, KEEP_UP_MS).unref();
  try {
    const mail = await compose(sender, notice);
    if ('skip' in mail) {
      await settle(own, 'skipped', mail.skip);
      return;
    }
    await sender.mailer.send(mail);
    // Sent is sent, even when another try took the row over meanwhile.
    await settle({ sendKey: notice.key }, 'sent', null);
  } catch (error) {
    await settle(
      own,
      run.last ? 'failed' : 'waiting',
      error instanceof Error ? error.message.slice(0, 300) : 'unknown',
    );
    if (run.last) logger.error({ err: error, kind: notice.kind }, 'a mail could not be sent');
    throw error;
  } finally {
    clearInterval(keepUp);
  }
}

const leaseEnd = (time: Date): Date => new Date(time.getTime() + LEASE_MS);

/** Takes the row for this try, or makes it. @returns false when the mail is done with */
async function lease({ key, userId, kind }: Notice, holder: string): Promise<boolean> {
  const time = now();
  try {
    await MailSend.updateOne(
      { sendKey: key, status: { $in: ['waiting', 'failed'] }, leasedUntil: { $lte: time } },
      {
        $set: { leasedUntil: leaseEnd(time), holder },
        $inc: { tries: 1 },
        $setOnInsert: { userId, kind, status: 'waiting', createdAt: time, at: time },
      },
      { upsert: true },
    );
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // The row is there and not free: the mail is done with, or someone is at it.
  }
  const row = await MailSend.findOne({ sendKey: key }, { status: 1 }).lean();
  if (row?.status === 'sent' || row?.status === 'skipped') return false;
  throw new Error('Another try to send this mail is under way');
}

async function settle(
  row: { sendKey: string; holder?: string },
  status: 'waiting' | 'sent' | 'skipped' | 'failed',
  reason: string | null,
): Promise<void> {
  await MailSend.updateOne(row, {
    $set: { status, reason, at: now(), leasedUntil: new Date(0), holder: null },
  });
}

async function compose(sender: Sender, notice: Notice): Promise<Mail | { skip: string }> {
  const person = await findPerson(notice.userId);
  if (!person) return { skip: 'no-account' };
  const wanted = await wishesOf(notice.userId);
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
