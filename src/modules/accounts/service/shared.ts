import { setTimeout as wait } from 'node:timers/promises';
import { isValidObjectId } from 'mongoose';
import { Conflict, NotFound } from '../../../platform/errors';
import { shortId } from '../../../shared/ids';
import { User } from '../model';

/** Subject of an audit row about an account. */
export const account = (userId: string) => ({ kind: 'account', id: userId });

/** Id of a fact that can happen to an account more than once. */
export const newFactId = shortId;

export const emailTaken = (): Conflict => new Conflict('email-taken', 'accounts.error.emailTaken');

/** The account for a change. @throws NotFound */
export async function accountForChange(userId: string) {
  const user = isValidObjectId(userId) ? await User.findById(userId) : null;
  if (!user) throw new NotFound();
  return user;
}

const STEP_MS = 250;

/**
 * Runs `work` and answers at the next full quarter of a second, also when it fails: whether the
 * work met an account cannot be read from the time it took.
 */
export async function hidingTime<T>(work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    const spent = performance.now() - started;
    await wait(Math.ceil(spent / STEP_MS) * STEP_MS - spent);
  }
}
