import type { MailKind } from './kinds';
import type { Reader } from './reader';

/** A mail in words, before it becomes text and HTML. */
export interface MailText {
  subject: string;
  paragraphs: readonly string[];
  button: { href: string; text: string } | null;
  /** What is told below the button. */
  after: readonly string[];
}

/**
 * What stands in a mail besides its text. Without a name are those to addresses that nobody has
 * confirmed: a stranger could use the name to send words of theirs to anyone.
 */
const PARTS: Record<MailKind, { button: boolean; after: boolean; nameless?: true }> = {
  confirm: { button: true, after: true, nameless: true },
  welcome: { button: true, after: false },
  reset: { button: true, after: true },
  'sign-up-repeated': { button: true, after: true },
  'email-change': { button: true, after: true, nameless: true },
  'email-changed': { button: false, after: true },
  'password-changed': { button: true, after: true },
  'accounts-merged': { button: true, after: true },
  'account-gone': { button: true, after: true, nameless: true },
  'new-device': { button: true, after: true },
  enrolled: { button: true, after: false },
  report: { button: true, after: true },
  invited: { button: true, after: true, nameless: true },
  reminded: { button: true, after: false },
  'certificate-ready': { button: true, after: true },
  'certificate-replaced': { button: true, after: true },
  'certificate-revoked': { button: true, after: true },
  'certificate-suspended': { button: true, after: true },
  'certificate-reinstated': { button: true, after: false },
  'certificate-expiring': { button: true, after: false },
};

/** The words of a mail of this kind in the reader's language. */
export function mailText(
  kind: MailKind,
  values: Record<string, string>,
  href: string,
  { t }: Reader,
): MailText {
  const { button, after, nameless } = PARTS[kind];
  const key = (part: string) => `notifications.mail.${kind}.${part}`;
  return {
    subject: t(key('subject'), values),
    paragraphs: [
      ...(nameless ? [] : [t('notifications.mail.greeting', values)]),
      ...t(key('text'), values).split(/\n{2,}/),
    ],
    button: button ? { href, text: t(key('button')) } : null,
    after: after ? [t(key('after'), values)] : [],
  };
}

/** The mail as plain text. */
export function plainText(
  { paragraphs, button, after }: MailText,
  footer: readonly string[],
): string {
  return [
    ...paragraphs,
    ...(button ? [`${button.text}:\n${button.href}`] : []),
    ...after,
    '--',
    ...footer,
  ].join('\n\n');
}
