import { z } from 'zod';
import { defineEvent } from '../../platform/outbox';

const ofEnrolment = z.object({ enrolmentId: z.string() });

/** Someone began a course. Not told again when they come back after leaving it. */
export const enrolmentCreated = defineEvent('enrolment.created', ofEnrolment);

/**
 * Something was done in it, or someone came back to it: its state or progress is not what it was.
 * A completion is told by `enrolment.completed` instead.
 */
export const enrolmentActive = defineEvent('enrolment.active', ofEnrolment);

/** The completion rule of the enrolment's version is met: told once in the life of an enrolment. */
export const enrolmentCompleted = defineEvent('enrolment.completed', ofEnrolment);

/** The day by which it is to be completed was set, changed or taken away. */
export const enrolmentDueChanged = defineEvent('enrolment.dueChanged', ofEnrolment);

/** It was left long ago, and is gone with everything that was done in it. */
export const enrolmentForgotten = defineEvent('enrolment.forgotten', ofEnrolment);

export const enrolmentWithdrawn = defineEvent('enrolment.withdrawn', ofEnrolment);

/** Someone was moved to a newer version of their course, on purpose. */
export const enrolmentMoved = defineEvent(
  'enrolment.moved',
  ofEnrolment.extend({ fromVersionId: z.string(), versionId: z.string() }),
);
