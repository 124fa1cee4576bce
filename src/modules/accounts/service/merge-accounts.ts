import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { Conflict } from '../../../platform/errors';
import { publish } from '../../../platform/outbox';
import { now } from '../../../shared/clock';
import { accountsMerged } from '../events';
import { AdministratorGuard, MergedAccount, User } from '../model';
import { endSessions } from './sessions';
import { account, accountForChange } from './shared';

/**
 * Joins two accounts of one person: `from` is gone with its sessions and its password, its roles and
 * its address are those of `to`, and the rooms join what they keep (`account.merged`). Who may do it,
 * and that both are the same person's, is the caller's to decide.
 * @throws NotFound; Conflict `same-account`, `awaits-confirmation`, `merge-running`
 */
export const mergeAccounts = (wish: { from: string; to: string }): Promise<void> =>
  inTransaction(async () => {
    const { from, to } = wish;
    if (from === to) throw new Conflict('same-account', 'accounts.merge.same');
    const gone = await accountForChange(from);
    const stays = await accountForChange(to);
    if (stays.awaitsConfirmation || (stays.emailConfirmedAt ?? stays.passwordHash) === null) {
      throw new Conflict('awaits-confirmation', 'accounts.merge.awaitsConfirmation');
    }
    // One after the other: what still comes to an account must be there when it goes on.
    if (await MergedAccount.exists({ into: { $in: [from, to] }, finishedAt: null })) {
      throw new Conflict('merge-running', 'accounts.merge.running');
    }
    const has = (role: string, place: string) =>
      stays.grants.some((own) => own.role === role && own.organisationId === place);
    const gained = gone.grants
      .filter(({ role, organisationId }) => !has(role, organisationId))
      .map(({ role, organisationId }) => ({ role, organisationId }));
    // Whoever counts the administrators at this moment does it again.
    await AdministratorGuard.updateOne(
      { _id: 'administrators' },
      { $inc: { changes: 1 } },
      { upsert: true },
    );
    stays.grants.push(...gained);
    await stays.save();
    await User.deleteOne({ _id: gone._id });
    await endSessions(from);
    await MergedAccount.updateMany({ into: from }, { $set: { into: to } });
    await MergedAccount.create([
      {
        _id: gone._id,
        into: to,
        email: gone.email,
        emailKey: gone.emailKey,
        confirmed: gone.emailConfirmedAt !== null,
        at: now(),
      },
    ]);
    await audit({
      action: 'accounts.merge',
      subject: account(to),
      after: { from, roles: gained },
    });
    await audit({
      action: 'accounts.merged-away',
      subject: account(from),
      before: { name: gone.name, email: gone.email },
      after: { into: to },
    });
    await publish(accountsMerged, { from, to });
  });
