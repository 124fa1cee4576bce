import { z } from 'zod';
import type { UploadedFile } from '../../platform/http';
import { isDay } from '../organisations';
import { COLUMNS } from './model';

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

const courseOfForm = z
  .string({ error: 'enrolling.fault.noCourse' })
  .min(1, 'enrolling.fault.noCourse')
  .max(64);

export const ListForm = z.object({
  ...common,
  courseSlug: courseOfForm,
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

/** How many columns of a file one says the meaning of; those beyond are read by their headings. */
export const MOST_COLUMNS = 60;

const meaning = z.enum(['', ...COLUMNS]).transform((column) => (column === '' ? null : column));

/** What each column of a file stands for, in their order. */
export const ColumnsForm = z.object({
  'columns[]': z
    .union([meaning.transform((one) => [one]), z.array(meaning).max(MOST_COLUMNS)])
    .default([]),
});

const ids = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((given) => [...new Set([given].flat())])
  .pipe(z.array(recordId).max(MOST_CHOSEN, 'enrolling.chosen.tooMany'));

/** For whom an act is: those who were ticked in a list, or everyone in it. */
const chosen = {
  'enrolmentIds[]': ids,
  everyone: z.string().max(3).default('').catch(''),
  /** What the list's address asks for. */
  list: z.string().max(2_000).default(''),
  /** Where the page was come from. */
  back: z.string().max(2_000).default('/staff'),
  /** Made with the form: sent twice, it begins one act. */
  once: z
    .string()
    .regex(/^[0-9a-f-]{36}$/)
    .optional()
    .catch(undefined),
};

const fitting = <T extends z.ZodRawShape>(shape: T) =>
  z.object({ ...chosen, ...shape }).superRefine((form, context) => {
    const { everyone, 'enrolmentIds[]': given } = form as unknown as z.infer<typeof Chosen>;
    if (everyone !== '' || given.length > 0) return;
    context.addIssue({
      code: 'custom',
      path: ['enrolmentIds[]'],
      message: 'enrolling.chosen.none',
    });
  });

const Chosen = z.object(chosen);
export type Chosen = z.infer<typeof Chosen>;

/** The first form of each act. */
export const ChosenForm = fitting({});
export const DueForm = fitting({ dueOn: day.default(null) });
export const WithdrawForm = fitting({
  reason: z
    .string({ error: 'enrolling.withdraw.reasonMissing' })
    .trim()
    .min(3, 'enrolling.withdraw.reasonMissing')
    .max(500),
});
export const EnrolChosenForm = fitting({ ...common, courseSlug: courseOfForm });

const words = z
  .string({ error: 'enrolling.remind.empty' })
  .trim()
  .min(1, 'enrolling.remind.empty')
  .max(2_000);
export const RemindForm = fitting({
  text_en: words,
  text_zh: words,
  text_ms: words,
  text_ta: words,
});
