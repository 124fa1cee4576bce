import { z } from 'zod';
import { defineEvent } from '../../platform/outbox';
import { CERTIFICATE_NAMES } from '../../platform/personal';

const userId = z.string();
/** Tells apart the facts that can happen to a person more than once. */
const factId = z.string();

/** Someone made an account for themselves; its address waits to be confirmed. */
export const accountRegistered = defineEvent('account.registered', z.object({ userId }));

/** The confirming link is wanted again. */
export const accountConfirmationRequested = defineEvent(
  'account.confirmationRequested',
  z.object({ userId, factId }),
);

/** The address of a new account was confirmed for the first time. */
export const accountEmailConfirmed = defineEvent('account.emailConfirmed', z.object({ userId }));

export const accountPasswordResetRequested = defineEvent(
  'account.passwordResetRequested',
  z.object({ userId, factId }),
);

/** Someone tried to make an account with, or to change theirs to, the address of this account. */
export const accountSignUpRepeated = defineEvent(
  'account.signUpRepeated',
  z.object({ userId, factId }),
);

/** A sign-in from a device that this account had not seen. */
export const accountNewDevice = defineEvent(
  'account.newDevice',
  z.object({ userId, deviceId: z.string() }),
);

/** A new address was asked for; it counts once it is confirmed. */
export const accountEmailChangeRequested = defineEvent(
  'account.emailChangeRequested',
  z.object({ userId, factId }),
);

export const accountEmailChanged = defineEvent(
  'account.emailChanged',
  z.object({ userId, factId }),
);

/** The person goes by another name. */
export const accountRenamed = defineEvent('account.renamed', z.object({ userId }));

/** The account is gone; every room that keeps something about the person takes them out of it. */
export const accountDeleted = defineEvent(
  'account.deleted',
  z.object({ userId, certificateNames: z.enum(CERTIFICATE_NAMES) }),
);

export const accountPasswordChanged = defineEvent(
  'account.passwordChanged',
  z.object({ userId, factId }),
);

/** Two accounts of one person are one now; every room joins what it keeps about them. */
export const accountsMerged = defineEvent(
  'account.merged',
  z.object({ from: z.string(), to: z.string() }),
);
