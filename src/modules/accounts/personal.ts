import type { PersonalData } from '../../platform/personal';
import { MergedAccount, SessionRecord, type SessionRow, User } from './model';

const MOST_SESSIONS = 1_000;

async function exportOf(userId: string) {
  const user = await User.findById(userId).lean();
  if (!user) return {};
  const merged = await MergedAccount.find({ into: userId }).lean();
  const sessions = await SessionRecord.find({ 'session.passport.user': userId })
    .sort({ expires: -1 })
    .limit(MOST_SESSIONS)
    .lean<SessionRow[]>();
  return {
    account: [
      {
        id: userId,
        name: user.name,
        email: user.email,
        emailConfirmedAt: user.emailConfirmedAt,
        pendingEmail: user.pendingEmail,
        previousEmail: user.previousEmail,
        ...user.preferences,
        createdAt: user.createdAt,
      },
    ],
    joinedAccounts: merged.map(({ email, at }) => ({ email, joinedAt: at })),
    roles: user.grants.map(({ role, organisationId }) => ({ role, organisationId })),
    devices: user.knownDevices.map(({ browser, system, firstSeenAt, lastSeenAt }) => ({
      browser,
      system,
      firstSeenAt,
      lastSeenAt,
    })),
    sessions: sessions.map(({ session: { details }, lastModified, expires }) => ({
      browser: details?.browser ?? null,
      system: details?.system ?? null,
      ip: details?.ip ?? null,
      signedInAt: details?.signedInAt ?? null,
      lastSeenAt: lastModified ?? null,
      endsAt: expires,
    })),
  };
}

/** The account itself; it and its sessions go with `deleteAccount`. */
export const accountData: PersonalData = {
  exportOf,
  forget: async (userId) => {
    await SessionRecord.deleteMany({ 'session.passport.user': userId });
  },
  // Roles, address and sessions are joined in the act itself.
  merge: async (from) => {
    await SessionRecord.deleteMany({ 'session.passport.user': from });
  },
};
