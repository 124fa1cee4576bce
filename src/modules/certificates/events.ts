import { z } from 'zod';
import { defineEvent } from '../../platform/outbox';

const ofCertificate = z.object({ certificateId: z.string() });

/** The certificate is there, with its PDF: told once for an award. */
export const certificateIssued = defineEvent('certificate.issued', ofCertificate);

/** A certificate that took the place of another is there, with its PDF. */
export const certificateReplaced = defineEvent('certificate.replaced', ofCertificate);

/** Its file is to be looked after: made again when it is lost. */
export const certificateFileAsked = defineEvent('certificate.fileAsked', ofCertificate);

/** From now on it is no longer valid; `replacementId` is, and has no PDF yet. */
export const certificateSuperseded = defineEvent(
  'certificate.superseded',
  z.object({ certificateId: z.string(), replacementId: z.string(), enrolmentId: z.string() }),
);

/** `factId` tells one act from the next of its kind upon the same certificate. */
const ofAct = z.object({ certificateId: z.string(), factId: z.string() });

export const certificateRevoked = defineEvent('certificate.revoked', ofAct);
export const certificateSuspended = defineEvent('certificate.suspended', ofAct);
export const certificateReinstated = defineEvent('certificate.reinstated', ofAct);

/** It ends in so many days, and nothing has been done about it. */
export const certificateExpiring = defineEvent(
  'certificate.expiring',
  z.object({ certificateId: z.string(), days: z.number().int() }),
);
