import { z } from 'zod';

const recordId = z.string().regex(/^[0-9a-f]{24}$/);
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{1,63}$/);

export const CourseParams = z.object({ slug });
export const EnrolmentParams = z.object({ enrolmentId: recordId });
export const ActivityParams = EnrolmentParams.extend({ activityId: slug });
export const QuestionParams = ActivityParams.extend({ number: z.coerce.number().int().min(1) });
export const AttemptParams = ActivityParams.extend({ attemptId: recordId });
export const CodeParams = z.object({ code: z.string().max(40) });

const page = z.coerce.number().int().min(1).max(10_000).catch(1).default(1);

export const HomeQuery = z.object({ left: page, finished: page });

export const CodeForm = z.object({
  code: z.string().trim().min(1, 'learning.code.missing').max(40, 'learning.code.unknown'),
});

export const LanguageForm = z.object({
  language: z.string().min(2).max(16),
  returnTo: z.string().max(300).default(''),
});

export const FeedbackParams = EnrolmentParams.extend({ moduleId: slug });

export const FeedbackForm = z.object({
  text: z
    .string()
    .default('')
    // Browsers send line ends as two characters.
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .pipe(z.string().max(2_000)),
  sign: z.string().max(3).default(''),
});
