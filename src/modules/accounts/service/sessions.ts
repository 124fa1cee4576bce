import { createHash } from 'node:crypto';
import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { SessionRecord, type SessionRow } from '../model';
import { account } from './shared';

/** A place where someone is signed in. */
export interface OwnSession {
  /** Stands for the session on pages; the session's own id never leaves the cookie. */
  ref: string;
  current: boolean;
  browser: string | null;
  system: string | null;
  ip: string | null;
  signedInAt: Date | null;
  /** Right to an hour. */
  lastSeenAt: Date | null;
}

const refOf = (sessionId: string): string =>
  createHash('sha256').update(sessionId).digest('hex').slice(0, 24);

const liveOf = (userId: string) => ({
  'session.passport.user': userId,
  expires: { $gt: now() },
});

const MOST = 100;

/** Where the person is signed in now, the present session first. */
export async function sessionsOf(userId: string, currentId: string): Promise<OwnSession[]> {
  const rows = await SessionRecord.find(liveOf(userId))
    .sort({ expires: -1 })
    .limit(MOST)
    .lean<SessionRow[]>();
  return rows
    .map(({ _id, lastModified, session }) => ({
      ref: refOf(_id),
      current: _id === currentId,
      browser: session.details?.browser ?? null,
      system: session.details?.system ?? null,
      ip: session.details?.ip ?? null,
      signedInAt: session.details?.signedInAt ?? null,
      lastSeenAt: lastModified ?? null,
    }))
    .sort((a, b) => Number(b.current) - Number(a.current));
}

/** Ends one session of the person; it works no more from the next request on. @throws NotFound */
export async function endSession(userId: string, ref: string): Promise<void> {
  await inTransaction(async () => {
    const rows = await SessionRecord.find(liveOf(userId), { _id: 1 }).limit(MOST).lean();
    const row = rows.find(({ _id }) => refOf(_id) === ref);
    if (!row) throw new NotFound();
    await SessionRecord.deleteOne({ _id: row._id });
    await audit({ action: 'accounts.end-session', subject: account(userId) });
  });
}

/** Ends every session of the person but the present one. @returns how many */
export async function endOtherSessions(userId: string, currentId: string): Promise<number> {
  return inTransaction(async () => {
    const count = await endSessions(userId, { except: currentId });
    await audit({
      action: 'accounts.end-other-sessions',
      subject: account(userId),
      after: { count },
    });
    return count;
  });
}

/** Ends sessions, in the transaction of the caller. */
export async function endSessions(
  userId: string,
  options: { except?: string } = {},
): Promise<number> {
  const result = await SessionRecord.deleteMany({
    'session.passport.user': userId,
    ...(options.except === undefined ? {} : { _id: { $ne: options.except } }),
  });
  return result.deletedCount;
}
