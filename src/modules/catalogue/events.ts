import { z } from 'zod';
import { defineEvent } from '../../platform/outbox';

/** A version of a course is open for enrolment. */
export const coursePublished = defineEvent(
  'course.published',
  z.object({ courseSlug: z.string(), versionId: z.string() }),
);
