import { z } from 'zod';
import { defineEvent } from '../../platform/outbox';

/** A membership of the person began, ended, or lies elsewhere in the tree than before. */
export const membershipChanged = defineEvent(
  'membership.changed',
  z.object({ userId: z.string() }),
);

/** An organisation stands elsewhere in the tree, with everything below it. */
export const organisationMoved = defineEvent(
  'organisation.moved',
  z.object({ moveId: z.string() }),
);
