/** Notices that stand in one's list on the site. */
export const LISTED_KINDS = [
  'welcome',
  'enrolled',
  'invited',
  'reminded',
  'certificate-ready',
  'certificate-replaced',
  'certificate-revoked',
  'certificate-suspended',
  'certificate-reinstated',
  'certificate-expiring',
  'new-device',
  'email-changed',
  'password-changed',
  'accounts-merged',
] as const;
export type ListedKind = (typeof LISTED_KINDS)[number];

/** Notices that come by e-mail. */
export const MAIL_KINDS = [
  ...LISTED_KINDS,
  'confirm',
  'reset',
  'sign-up-repeated',
  'email-change',
  'account-gone',
  'report',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** Mails that one can switch off; those about the account itself always come. */
export const OPTIONAL_MAILS = [
  'enrolled',
  'reminded',
  'certificate-ready',
  'certificate-expiring',
] as const;
export type OptionalMail = (typeof OPTIONAL_MAILS)[number];

export const isOptional = (kind: MailKind): kind is OptionalMail =>
  (OPTIONAL_MAILS as readonly string[]).includes(kind);

export const isListed = (kind: MailKind): kind is ListedKind =>
  (LISTED_KINDS as readonly string[]).includes(kind);
