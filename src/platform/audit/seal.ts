import { randomBytes } from 'node:crypto';
import { now } from '../../shared/clock';
import { inTransaction, withLease } from '../db';
import { digestOf, GENESIS, hashOf, signEnd } from './canonical';
import { AuditLog, type AuditRow, ChainEnd, type ChainEndRow } from './model';

/** A transaction is committed in one piece, and the embedded engine answers nobody meanwhile. */
const BATCH = 100;

/** The end of the chain; before the first entry, its beginning. */
export const endOf = async (id: ChainEndRow['_id']): Promise<{ sequence: number; hash: string }> =>
  (await ChainEnd.findById(id).lean<ChainEndRow>()) ?? { sequence: 0, hash: GENESIS };

/** Writes an end of the chain, signed, in the transaction of the caller. */
export async function writeEnd(
  secret: string,
  id: ChainEndRow['_id'],
  place: { sequence: number; hash: string },
): Promise<void> {
  const end = { _id: id, sequence: place.sequence, hash: place.hash, at: now() };
  await ChainEnd.updateOne(
    { _id: id },
    {
      $set: {
        sequence: end.sequence,
        hash: end.hash,
        at: end.at,
        signature: signEnd(secret, end),
      },
    },
    { upsert: true },
  );
}

/**
 * Gives every entry that waits its place in the chain, in the order in which they were made. One
 * process at a time; entries of transactions that are still open get a later place.
 * @returns how many were sealed
 */
export const sealAudit = (secret: string): Promise<number> =>
  withLease('audit-seal', async () => {
    let total = 0;
    for (;;) {
      const sealed = await inTransaction(() => sealBatch(secret));
      total += sealed;
      if (sealed < BATCH) return total;
    }
  });

async function sealBatch(secret: string): Promise<number> {
  const rows = await AuditLog.find({ sequence: null })
    .sort({ _id: 1 })
    .limit(BATCH)
    .lean<AuditRow[]>();
  if (rows.length === 0) return 0;
  let { sequence, hash } = await endOf('head');
  const changes = rows.map((row) => {
    const previous = hash;
    sequence += 1;
    const salts = {
      origin: randomBytes(16).toString('hex'),
      detail: randomBytes(16).toString('hex'),
    };
    const digests = {
      origin: digestOf(row, 'origin', salts.origin),
      detail: digestOf(row, 'detail', salts.detail),
    };
    hash = hashOf(row, { sequence, previous }, digests);
    const partOf = (part: 'origin' | 'detail') => ({
      salt: salts[part],
      digest: digests[part],
      erasedBy: null,
    });
    return {
      updateOne: {
        filter: { _id: row._id, sequence: null },
        update: {
          $set: {
            sequence,
            previous,
            hash,
            parts: { origin: partOf('origin'), detail: partOf('detail') },
          },
        },
      },
    };
  });
  await AuditLog.bulkWrite(changes);
  await writeEnd(secret, 'head', { sequence, hash });
  return rows.length;
}

/** Entries without a place yet, and the age in seconds of the oldest. */
export async function unsealedAudit(): Promise<{ count: number; ageSeconds: number }> {
  const count = await AuditLog.countDocuments({ sequence: null });
  const oldest = await AuditLog.findOne({ sequence: null }, { at: 1 }).sort({ _id: 1 }).lean();
  return {
    count,
    ageSeconds: oldest ? Math.max(0, (now().getTime() - oldest.at.getTime()) / 1000) : 0,
  };
}
