import { now } from '../../shared/clock';
import { currentContext } from '../context';
import { isInTransaction } from '../db';
import { AuditLog } from './model';

/**
 * Writes down an act on each of many subjects at once, in the transaction of the change itself.
 * @throws outside a transaction.
 */
export async function auditAll(
  action: string,
  entries: readonly { subject: { kind: string; id: string }; before?: unknown; after?: unknown }[],
): Promise<void> {
  if (!isInTransaction()) throw new Error(`${action} was audited outside a transaction`);
  const context = currentContext();
  const common = {
    action,
    at: now(),
    userId: context?.userId ?? null,
    byUserId: context?.byUserId ?? null,
    ip: context?.ip ?? null,
    requestId: context?.requestId ?? null,
    jobId: context?.jobId ?? null,
    sequence: null,
    previous: null,
    hash: null,
    parts: null,
  };
  // Whole rows, so that mongoose need not make a document of each.
  await AuditLog.insertMany(
    entries.map(({ subject, before, after }) => ({
      ...common,
      subject,
      before: before ?? null,
      after: after ?? null,
    })),
    { lean: true },
  );
}
