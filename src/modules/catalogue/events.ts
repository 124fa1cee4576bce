import { z } from 'zod';
import { defineEvent } from '../../platform/outbox';

/** A version of a course is open for enrolment. */
export const coursePublished = defineEvent(
  'course.published',
  z.object({ courseSlug: z.string(), versionId: z.string() }),
);

const ofCourse = z.object({ courseSlug: z.string() });

/** Nobody new may enrol any more. */
export const courseRetired = defineEvent('course.retired', ofCourse);

/** A retired course is open again. */
export const courseReturned = defineEvent('course.returned', ofCourse);
