import { inTransaction } from '../db';
import { audit, enter } from './audit';
import { AuditLog, type AuditRow, type Part } from './model';
import { endOf, writeEnd } from './seal';
import { ERASE_ACTION } from './verify';

const BATCH = 1_000;

/**
 * Takes personal details out of entries; that they happened, and the chain, stay. To be called
 * with sealed entries: those without a place yet are told by their number.
 * @returns how many entries still wait to be sealed and were left as they are
 */
export async function eraseAuditParts(
  which: Record<string, unknown>,
  part: Part,
  why: { reason: string; subject: { kind: string; id: string } },
): Promise<number> {
  const present = {
    action: { $ne: ERASE_ACTION },
    ...which,
    [`parts.${part}.erasedBy`]: null,
  };
  const blank: Partial<Record<keyof AuditRow, null>> =
    part === 'origin' ? { ip: null } : { before: null, after: null };
  for (;;) {
    const done = await inTransaction(async () => {
      const rows = await AuditLog.find({ ...present, sequence: { $gt: 0 } }, { _id: 1 })
        .limit(BATCH)
        .lean();
      if (rows.length === 0) return true;
      const erasedBy = await enter({
        action: ERASE_ACTION,
        subject: why.subject,
        after: { reason: why.reason, part, count: rows.length },
      });
      await AuditLog.updateMany(
        { _id: { $in: rows.map(({ _id }) => _id) } },
        {
          $set: { ...blank, [`parts.${part}.salt`]: null, [`parts.${part}.erasedBy`]: erasedBy },
        },
      );
      return rows.length < BATCH;
    });
    if (done) break;
  }
  return AuditLog.countDocuments({ ...which, sequence: null });
}

/**
 * Forgets entries from before `until`: only from the beginning of the chain on, so that it stays
 * whole. Where it begins now is written down and signed.
 * @returns how many are gone
 */
export async function pruneAudit(secret: string, until: Date): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = await inTransaction(async () => {
      const start = await endOf('start');
      const rows = await AuditLog.find(
        { sequence: { $gt: start.sequence } },
        { sequence: 1, hash: 1, at: 1 },
      )
        .sort({ sequence: 1 })
        .limit(BATCH)
        .lean<Pick<AuditRow, '_id' | 'sequence' | 'hash' | 'at'>[]>();
      const keep = rows.findIndex(({ at }) => at >= until);
      const old = keep === -1 ? rows : rows.slice(0, keep);
      const last = old.at(-1);
      if (!last) return 0;
      await AuditLog.deleteMany({ _id: { $in: old.map(({ _id }) => _id) } });
      await writeEnd(secret, 'start', { sequence: last.sequence ?? 0, hash: last.hash ?? '' });
      await audit({
        action: 'audit.prune',
        subject: { kind: 'audit', id: 'chain' },
        after: { count: old.length, until: last.sequence },
      });
      return old.length;
    });
    total += removed;
    if (removed < BATCH) return total;
  }
}
