import { z } from 'zod';
import type { UploadedFile } from '../../platform/http';
import { isDay } from '../organisations';

const recordId = z.string().regex(/^[0-9a-f]{24}$/);
const page = z.coerce.number().int().min(1).max(10_000).catch(1).default(1);

/** At most so many people are acted on by one form; more come in a file. */
export const MOST_CHOSEN = 500;

export const ImportParams = z.object({ id: recordId });
export const OfferParams = z.object({ offerId: recordId });
export const PageQuery = z.object({ page });

const day = z
  .string()
  .trim()
  .transform((text) => (text === '' ? null : text))
  .pipe(z.string().refine(isDay, 'enrolling.fault.due').nullable());

const common = {
  organisationId: z
    .string({ error: 'platform.form.choose' })
    .regex(/^[0-9a-f]{24}$/, 'platform.form.choose'),
  dueOn: day.default(null),
};

export const ListForm = z.object({
  ...common,
  courseSlug: z
    .string({ error: 'enrolling.fault.noCourse' })
    .min(1, 'enrolling.fault.noCourse')
    .max(64),
  people: z
    .string({ error: 'enrolling.list.nobody' })
    .max(100_000)
    .transform((text) => text.split(/[\r\n,;]+/).map((line) => line.trim()))
    .pipe(z.array(z.string()))
    .transform((lines) => lines.filter((line) => line !== ''))
    .pipe(
      z
        .array(z.string())
        .min(1, 'enrolling.list.nobody')
        .max(MOST_CHOSEN, 'enrolling.list.tooMany'),
    ),
});

const isFile = (value: unknown): value is UploadedFile =>
  typeof value === 'object' && value !== null && 'bytes' in value && 'tooLarge' in value;

export const FileForm = z.object({
  ...common,
  courseSlug: z
    .string()
    .max(64)
    .default('')
    .transform((text) => (text === '' ? null : text)),
  file: z
    .custom<UploadedFile>(isFile, 'enrolling.file.missing')
    .refine(({ tooLarge }) => !tooLarge, 'enrolling.file.tooLarge')
    .refine(({ bytes, tooLarge }) => tooLarge || bytes.length > 0, 'enrolling.file.missing'),
});

const chosen = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((ids) => [...new Set([ids].flat())])
  .pipe(
    z.array(recordId).min(1, 'enrolling.chosen.none').max(MOST_CHOSEN, 'enrolling.chosen.tooMany'),
  );

/** Where a page that acts on chosen people was come from. */
const back = z.string().max(2_000).default('/staff');

/** The people that were chosen in a list: the first form of each act. */
export const ChosenForm = z.object({ 'enrolmentIds[]': chosen, back });
export const DueForm = z.object({ 'enrolmentIds[]': chosen, back, dueOn: day.default(null) });
export const WithdrawForm = z.object({
  'enrolmentIds[]': chosen,
  back,
  reason: z
    .string({ error: 'enrolling.withdraw.reasonMissing' })
    .trim()
    .min(3, 'enrolling.withdraw.reasonMissing')
    .max(500),
});

const words = z
  .string({ error: 'enrolling.remind.empty' })
  .trim()
  .min(1, 'enrolling.remind.empty')
  .max(2_000);
export const RemindForm = z.object({
  'enrolmentIds[]': chosen,
  back,
  text_en: words,
  text_zh: words,
  text_ms: words,
  text_ta: words,
});
