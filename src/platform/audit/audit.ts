import { model, Schema, type Types } from 'mongoose';
import { now } from '../../shared/clock';
import { currentContext } from '../context';
import { isInTransaction } from '../db';

export interface AuditRow {
  _id: Types.ObjectId;
  /** `<room>.<act>`, such as `learning.enrol`. */
  action: string;
  at: Date;
  /** Who; null for the system itself and for someone not signed in. */
  userId: string | null;
  ip: string | null;
  requestId: string | null;
  jobId: string | null;
  subject: { kind: string; id: string };
  before: unknown;
  after: unknown;
}

const schema = new Schema<AuditRow>(
  {
    action: { type: String, required: true },
    at: { type: Date, required: true },
    userId: { type: String, default: null },
    ip: { type: String, default: null },
    requestId: { type: String, default: null },
    jobId: { type: String, default: null },
    subject: {
      kind: { type: String, required: true },
      id: { type: String, required: true },
    },
    before: { type: Schema.Types.Mixed, default: null },
    after: { type: Schema.Types.Mixed, default: null },
  },
  { collection: 'audit', versionKey: false },
);
schema.index({ 'subject.kind': 1, 'subject.id': 1, at: -1 });
schema.index({ userId: 1, at: -1 });
schema.index({ at: -1 });

export const AuditLog = model('AuditRow', schema);

/**
 * Writes down a state-changing act, in the transaction of the change itself. `before` and `after`
 * hold what changed and no secrets.
 * @throws outside a transaction.
 */
export async function audit(entry: {
  action: string;
  subject: { kind: string; id: string };
  before?: unknown;
  after?: unknown;
  /** Default: the one who is signed in. */
  userId?: string;
}): Promise<void> {
  if (!isInTransaction()) throw new Error(`${entry.action} was audited outside a transaction`);
  const context = currentContext();
  await AuditLog.create({
    action: entry.action,
    at: now(),
    userId: entry.userId ?? context?.userId ?? null,
    ip: context?.ip ?? null,
    requestId: context?.requestId ?? null,
    jobId: context?.jobId ?? null,
    subject: entry.subject,
    before: entry.before ?? null,
    after: entry.after ?? null,
  });
}
