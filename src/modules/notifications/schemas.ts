import { z } from 'zod';
import { OPTIONAL_MAILS } from './kinds';

export const PageQuery = z.object({ page: z.coerce.number().int().min(1).max(10_000).catch(1) });
export const NotificationParams = z.object({ id: z.string().regex(/^[0-9a-f]{24}$/) });
export const MailChoicesForm = z.object({
  mails: z
    .union([z.enum(OPTIONAL_MAILS).transform((one) => [one]), z.array(z.enum(OPTIONAL_MAILS))])
    .default([]),
  attachPdf: z
    .literal('yes')
    .optional()
    .transform((value) => value === 'yes'),
});
