import { z } from 'zod';
import { defineEvent } from '../../platform/outbox';

/** Someone was invited into a course; a place is kept for them until they answer. */
export const offerMade = defineEvent('enrolment.offered', z.object({ offerId: z.string() }));

/** Staff reminded someone of a course. */
export const enrolmentReminded = defineEvent(
  'enrolment.reminded',
  z.object({ reminderId: z.string() }),
);
