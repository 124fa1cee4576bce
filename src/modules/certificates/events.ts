import { z } from 'zod';
import { defineEvent } from '../../platform/outbox';

/** The certificate is there, with its PDF. */
export const certificateIssued = defineEvent(
  'certificate.issued',
  z.object({ certificateId: z.string() }),
);
