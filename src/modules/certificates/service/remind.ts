import { inTransaction } from '../../../platform/db';
import { publish } from '../../../platform/outbox';
import { DAY, now } from '../../../shared/clock';
import { certificateExpiring } from '../events';
import { Certificate, type CertificateRow } from '../model';

/** Days before the end of a certificate on which its holder is reminded, each once. */
const REMINDERS = [60, 30, 7] as const;

const SLICE = 200;

/** The reminders that are due; a run that comes late sends the latest of them only. */
const dueAt = ({ expiresAt }: CertificateRow, at: Date): number[] =>
  REMINDERS.filter(
    (days) => expiresAt !== null && expiresAt.getTime() - at.getTime() <= days * DAY,
  );

async function remind(row: CertificateRow, at: Date): Promise<boolean> {
  const due = dueAt(row, at);
  const days = due.at(-1);
  if (days === undefined || row.reminded.includes(days)) return false;
  return inTransaction(async () => {
    const { modifiedCount } = await Certificate.updateOne(
      { _id: row._id, standing: 'valid', renewedBy: null, reminded: { $ne: days } },
      { $addToSet: { reminded: { $each: due } } },
    );
    if (modifiedCount === 0) return false;
    await publish(certificateExpiring, { certificateId: row._id.toHexString(), days });
    return true;
  });
}

/**
 * Reminds everyone whose certificate ends within sixty days and has not been renewed. Safe to run
 * as often as one likes. @returns how many were reminded
 */
export async function remindHolders(): Promise<number> {
  const at = now();
  const until = new Date(at.getTime() + REMINDERS[0] * DAY);
  let reminded = 0;
  let after = at;
  let lastId: CertificateRow['_id'] | null = null;
  for (;;) {
    const rows: CertificateRow[] = await Certificate.find({
      standing: 'valid',
      expiresAt: { $gte: after, $lte: until },
      renewedBy: null,
      ...(lastId ? { $or: [{ expiresAt: { $gt: after } }, { _id: { $gt: lastId } }] } : {}),
    })
      .sort({ expiresAt: 1, _id: 1 })
      .limit(SLICE)
      .lean<CertificateRow[]>();
    for (const row of rows) if (await remind(row, at)) reminded += 1;
    const end = rows.at(-1);
    if (!end?.expiresAt || rows.length < SLICE) return reminded;
    after = end.expiresAt;
    lastId = end._id;
  }
}
