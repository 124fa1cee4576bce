import { z } from 'zod';
import { TEXT_SIZES, THEMES } from '../../platform/http';
import { LANGUAGES, TIME_ZONES } from '../../platform/i18n';
import { CERTIFICATE_NAMES } from '../../platform/personal';
import { tidy } from '../../shared/text';
import { PASSWORD_MIN } from './password';

const name = z
  .string({ error: 'accounts.name.needed' })
  .max(500)
  .transform(tidy)
  .pipe(z.string().min(1, 'accounts.name.needed').max(100));

const email = z
  .string({ error: 'platform.form.email' })
  .trim()
  .min(1, 'accounts.email.needed')
  .max(254)
  .pipe(z.email('platform.form.email'));

const givenPassword = z
  .string({ error: 'accounts.password.needed' })
  .min(1, 'accounts.password.needed')
  .max(1_000);

/** The rules that need the owner are checked by `passwordFault`. */
const newPassword = givenPassword.min(PASSWORD_MIN, 'accounts.password.tooShort');

const returnTo = z.string().max(2_000).optional();

export const SignUpForm = z.object({ name, email, password: newPassword });
export const EmailForm = z.object({ email });
export const SignInQuery = z.object({ returnTo: returnTo.catch(undefined) });
export const SignInForm = z.object({ email, password: givenPassword, returnTo });
export const TokenParams = z.object({ token: z.string().regex(/^[\w.-]{20,200}$/) });
export const ConfirmForm = z.object({ password: givenPassword.optional() });
export const ResetForm = z.object({ password: newPassword });

export const NameForm = z.object({ name });
export const ChangeEmailForm = z.object({ email, currentPassword: givenPassword });
export const ChangePasswordForm = z.object({ currentPassword: givenPassword, newPassword });
export const LeaveForm = z.object({
  certificateNames: z.enum(CERTIFICATE_NAMES),
  currentPassword: givenPassword,
});
export const SessionParams = z.object({ ref: z.string().regex(/^[0-9a-f]{24}$/) });

export const PreferencesForm = z.object({
  language: z.enum(LANGUAGES).optional(),
  theme: z.enum(THEMES).optional(),
  textSize: z.enum(TEXT_SIZES).optional(),
  /** Empty: that of the site. */
  timeZone: z
    .string()
    .refine((zone) => zone === '' || TIME_ZONES.includes(zone))
    .optional(),
  returnTo,
});

export const MailParams = z.object({ file: z.string().regex(/^[a-zA-Z0-9_-]{1,200}$/) });
export const PageQuery = z.object({ page: z.coerce.number().int().min(1).max(10_000).catch(1) });
