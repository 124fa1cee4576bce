import { z } from 'zod';
import type { UploadedFile } from '../../platform/http';

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{1,63}$/);
const recordId = z.string().regex(/^[0-9a-f]{24}$/);
const page = z.coerce.number().int().min(1).max(10_000).catch(1).default(1);
const words = z
  .unknown()
  .optional()
  .transform((given) => (typeof given === 'string' ? given.trim().slice(0, 100) : ''));

export const CourseParams = z.object({ slug });
export const VersionParams = CourseParams.extend({ versionId: recordId });
export const ChangesParams = CourseParams.extend({ from: recordId, to: recordId });

const language = z.string().regex(/^[a-zA-Z-]{2,10}$/);
export const PreviewParams = VersionParams.extend({ language });
export const PreviewActivityParams = PreviewParams.extend({ activityId: slug });
export const PreviewQuestionParams = PreviewActivityParams.extend({
  number: z.coerce.number().int().min(1),
});
export const PreviewReviewParams = PreviewActivityParams.extend({ attemptId: recordId });

export const PreviewLanguageForm = z.object({
  language: language.or(z.literal('')).catch(''),
  returnTo: z.string().max(300).catch(''),
});

export const FrameQuery = z.object({
  language: z.string().max(10).catch(''),
  width: z.enum(['phone', 'desktop']).catch('phone'),
});

export const ListQuery = z.object({ q: words, page });

/** The draft that was looked at, so that no other one is published. Whether it fits is told later. */
export const PublishForm = z.object({ hash: z.string().max(64).catch('') });

export const RetireForm = z.object({ retired: z.string().max(3).catch('') });

export const PeopleQuery = ListQuery.extend({
  status: z
    .enum(['active', 'completed', 'withdrawn', 'invited', 'waiting', 'expired'])
    .optional()
    .catch(undefined),
});

export const MoveQuery = z.object({ from: z.string().max(24).catch(''), page });

/** Ids that name nothing move nobody. */
export const MoveForm = z.object({
  from: z.string().max(24).catch(''),
  to: z.string().max(24).catch(''),
  who: z.enum(['chosen', 'all']).catch('chosen'),
  chosen: z
    .unknown()
    .optional()
    .transform((given) => [given].flat().filter((each) => typeof each === 'string')),
});

export const FeedbackQuery = z.object({ module: z.string().max(64).catch(''), page });

export const ResultsQuery = z.object({
  version: z.string().max(24).catch(''),
  quiz: z.string().max(64).catch(''),
});

const UploadedFileField = z.custom<UploadedFile>(
  (given) =>
    typeof given === 'object' &&
    given !== null &&
    'bytes' in given &&
    Buffer.isBuffer(given.bytes) &&
    'tooLarge' in given,
  'teaching.upload.missing',
);

export const UploadForm = z.object({
  file: UploadedFileField,
  replace: z.string().max(3).catch(''),
});
