import { inTransaction } from '../db';
import { canonical, digestOf, hashOf, signEnd } from './canonical';
import { AuditLog, type AuditRow, ChainEnd, type ChainEndRow, PARTS, type Part } from './model';
import { endOf } from './seal';

/** What does not fit. `sequence`: where in the chain. */
export interface AuditFault {
  kind:
    | 'missing'
    | 'changed'
    | 'detail-changed'
    | 'erased-without-reason'
    | 'order'
    | 'end-missing'
    | 'head-changed'
    | 'signature'
    | 'not-in-chain';
  sequence: number;
  /** Last one of a row of missing entries. */
  until?: number;
  id?: string;
}

export interface AuditCheck {
  entries: number;
  /** The last entry: to be noted elsewhere and given to a later check. */
  head: { sequence: number; hash: string };
  unsealed: number;
  erased: number;
  faults: readonly AuditFault[];
}

const MOST_FAULTS = 100;

/** Entries that say why parts of others were taken out. */
export const ERASE_ACTION = 'audit.erase';

async function partFaults(row: AuditRow, reasons: Map<string, boolean>): Promise<boolean | Part> {
  let erased = false;
  for (const part of PARTS) {
    const seal = row.parts?.[part];
    if (!seal) return part;
    if (seal.erasedBy !== null) {
      erased = true;
      if (!reasons.has(seal.erasedBy)) {
        const entry = await AuditLog.exists({
          _id: seal.erasedBy,
          action: ERASE_ACTION,
          sequence: { $gt: 0 },
        });
        reasons.set(seal.erasedBy, entry !== null);
      }
      if (!reasons.get(seal.erasedBy)) return part;
    } else if (seal.salt === null || digestOf(row, part, seal.salt) !== seal.digest) {
      return part;
    }
  }
  return erased;
}

async function checkEnd(
  secret: string,
  id: ChainEndRow['_id'],
  faults: AuditFault[],
): Promise<ChainEndRow | null> {
  const end = await ChainEnd.findById(id).lean<ChainEndRow>();
  if (end && signEnd(secret, end) !== end.signature) {
    faults.push({ kind: 'signature', sequence: end.sequence });
  }
  return end;
}

/**
 * Reads the whole chain and says what was changed or is missing, at its end too: the head is
 * signed with a key that is not in the database. `noted` is a head that was written down before:
 * with it, a chain that was cut off and signed anew is found as well.
 */
export async function verifyAudit(
  secret: string,
  noted?: { sequence: number; hash: string },
): Promise<AuditCheck> {
  const faults: AuditFault[] = [];
  const report = (fault: AuditFault) => {
    if (faults.length < MOST_FAULTS) faults.push(fault);
  };
  const reasons = new Map<string, boolean>();
  await checkEnd(secret, 'start', faults);
  const start = await endOf('start');
  const head = await checkEnd(secret, 'head', faults);
  let { sequence, hash } = start;
  let entries = 0;
  let erased = 0;
  let notedFits = noted === undefined || noted.sequence <= start.sequence;
  const rows = AuditLog.find({
    // What is sealed while this reads stands after the head of now.
    sequence: head ? { $gt: 0, $lte: head.sequence } : { $gt: 0 },
  })
    .sort({ sequence: 1 })
    .lean<AuditRow>()
    .cursor({ batchSize: 500 });
  for await (const row of rows) {
    const place = row.sequence ?? 0;
    const id = row._id.toHexString();
    if (place > sequence + 1) {
      report({ kind: 'missing', sequence: sequence + 1, until: place - 1 });
    } else if (row.previous !== hash) {
      report({ kind: 'order', sequence: place, id });
    }
    const digests = {
      origin: row.parts?.origin.digest ?? '',
      detail: row.parts?.detail.digest ?? '',
    };
    const own = hashOf(row, { sequence: place, previous: row.previous ?? '' }, digests);
    if (own !== row.hash) report({ kind: 'changed', sequence: place, id });
    const parts = await partFaults(row, reasons);
    if (parts === true) erased += 1;
    else if (parts !== false) {
      const gone = row.parts?.[parts]?.erasedBy !== null;
      report({ kind: gone ? 'erased-without-reason' : 'detail-changed', sequence: place, id });
    }
    if (noted?.sequence === place) notedFits = noted.hash === row.hash;
    sequence = place;
    hash = row.hash ?? '';
    entries += 1;
  }
  const last = head?.sequence ?? 0;
  if (last > sequence) report({ kind: 'end-missing', sequence: sequence + 1, until: last });
  else if (head ? head.hash !== hash : entries > 0) report({ kind: 'head-changed', sequence });
  else if (await isBehind()) report({ kind: 'head-changed', sequence });
  if (!notedFits) report({ kind: 'not-in-chain', sequence: noted?.sequence ?? 0 });
  const unsealed = await AuditLog.countDocuments({ sequence: null });
  return { entries, head: { sequence, hash }, unsealed, erased, faults };
}

/** True when entries stand after the head: both are written together, so it was set back. */
const isBehind = (): Promise<boolean> =>
  inTransaction(async () => {
    const { sequence } = await endOf('head');
    return (await AuditLog.exists({ sequence: { $gt: sequence } })) !== null;
  });

/** Every entry in the order of the chain, those without a place last: a line of JSON each. */
export async function* exportAudit(): AsyncGenerator<string> {
  for (const filter of [{ sequence: { $gt: 0 } }, { sequence: null }]) {
    const rows = AuditLog.find(filter)
      .sort({ sequence: 1, _id: 1 })
      .lean<AuditRow>()
      .cursor({ batchSize: 500 });
    for await (const row of rows) yield `${canonical(row)}\n`;
  }
}
