import { now } from '../../shared/clock';
import { currentContext } from '../context';
import { isInTransaction } from '../db';
import { AuditLog } from './model';

interface Act {
  action: string;
  subject: { kind: string; id: string };
  before?: unknown;
  after?: unknown;
  /** Default: the one who is signed in. */
  userId?: string;
}

/**
 * Writes down a state-changing act, in the transaction of the change itself. `before` and `after`
 * hold what changed and no secrets. The entry takes its place in the chain within a minute
 * (`sealAudit`): a place given here would make every two changes of the site collide.
 * @throws outside a transaction.
 */
export async function audit(entry: Act): Promise<void> {
  await enter(entry);
}

/** The same. @returns the id of the entry */
export async function enter(entry: Act): Promise<string> {
  if (!isInTransaction()) throw new Error(`${entry.action} was audited outside a transaction`);
  const context = currentContext();
  const row = await AuditLog.create({
    action: entry.action,
    at: now(),
    userId: entry.userId ?? context?.userId ?? null,
    byUserId: context?.byUserId ?? null,
    ip: context?.ip ?? null,
    requestId: context?.requestId ?? null,
    jobId: context?.jobId ?? null,
    subject: entry.subject,
    before: entry.before ?? null,
    after: entry.after ?? null,
  });
  return row._id.toHexString();
}
