import { Types } from 'mongoose';
import { Gone } from '../../../platform/errors';
import { logger } from '../../../platform/logger';
import { MINUTE, now } from '../../../shared/clock';
import { completedBefore, completionsOf } from '../../learning';
import { credentialOf } from '../credential/issue';
import { Credential } from '../credential/model';
import { Certificate, type CertificateRow, LIVE, ReconciliationRun } from '../model';
import { certificatesOf } from '../queries';
import { AT_ONCE, type IssueTools, issueCertificates } from './issue';

/** What a comparison of completions and certificates found. */
export interface Reconciliation {
  /** Completed enrolments that lacked a certificate and have one now. */
  mended: number;
  /** Completed enrolments that still lack one; each is in the log with its reason. */
  missing: number;
  /** Certificates whose enrolment does not meet its rules; they are reported, never touched. */
  unearned: number;
}

type Found = Pick<Reconciliation, 'mended' | 'missing'>;

const PAGE = 200;
/** The ordinary job is given this long before its work is done here. */
const GRACE_MS = 10 * MINUTE;

/** When they cannot be made together, each alone. @returns what is in the way, by the id of the enrolment */
async function makeAll(
  enrolmentIds: readonly string[],
  tools: IssueTools,
): Promise<Map<string, unknown>> {
  try {
    return await issueCertificates(enrolmentIds, tools);
  } catch (error) {
    const [only = '', ...others] = enrolmentIds;
    if (others.length === 0) return new Map([[only, error]]);
    const faults = new Map<string, unknown>();
    for (const id of enrolmentIds)
      for (const each of await makeAll([id], tools)) faults.set(...each);
    return faults;
  }
}

/** Makes what is missing; of someone who has left, nothing is. */
async function mend(enrolmentIds: readonly string[], tools: IssueTools, found: Found) {
  const faults = await makeAll(enrolmentIds, tools);
  for (const enrolmentId of enrolmentIds) {
    const error = faults.get(enrolmentId);
    if (error instanceof Gone) continue;
    if (error === undefined) {
      found.mended += 1;
      logger.warn({ enrolmentId }, 'a completed enrolment had no certificate; it has one now');
    } else {
      found.missing += 1;
      logger.error({ err: error, enrolmentId }, 'a completed enrolment has no certificate');
    }
  }
}

async function mendMissing(tools: IssueTools): Promise<Found> {
  const until = new Date(now().getTime() - GRACE_MS);
  const found: Found = { mended: 0, missing: 0 };
  let last: string | null = null;
  for (;;) {
    const page = await completedBefore(until, last, PAGE);
    const made = await certificatesOf(page.map(({ enrolmentId }) => enrolmentId));
    const missing = page
      .map(({ enrolmentId }) => enrolmentId)
      .filter((enrolmentId) => !made.get(enrolmentId)?.ready);
    for (let first = 0; first < missing.length; first += AT_ONCE)
      await mend(missing.slice(first, first + AT_ONCE), tools, found);
    last = page.at(-1)?.enrolmentId ?? null;
    if (page.length < PAGE) return found;
  }
}

/** Certificates of a time without credentials, and those whose job was cut off. */
async function mendCredentials(ids: readonly Types.ObjectId[], tools: IssueTools): Promise<void> {
  const there = await Credential.find({ _id: { $in: ids } }, { _id: 1 }).lean();
  const known = new Set(there.map(({ _id }) => _id.toHexString()));
  const missing = ids.filter((id) => !known.has(id.toHexString()));
  for (const row of await Certificate.find({
    _id: { $in: missing },
    'snapshot.holderName': { $ne: '' },
  }).lean<CertificateRow[]>()) {
    await credentialOf(row, tools);
  }
}

async function countUnearned(tools: IssueTools): Promise<number> {
  let unearned = 0;
  let last = new Types.ObjectId('0'.repeat(24));
  for (;;) {
    const rows = await Certificate.find(
      { _id: { $gt: last }, standing: { $in: LIVE } },
      { enrolmentId: 1, number: 1 },
    )
      .sort({ _id: 1 })
      .limit(PAGE)
      .lean();
    await mendCredentials(
      rows.map(({ _id }) => _id),
      tools,
    );
    const completions = await completionsOf(rows.map(({ enrolmentId }) => enrolmentId));
    for (const { enrolmentId, number } of rows) {
      const completion = completions.get(enrolmentId);
      // A certificate outlives its enrolment: one that is gone proves nothing.
      if (!completion || completion.met) continue;
      unearned += 1;
      logger.error({ enrolmentId, number }, 'a certificate was not earned: someone must look');
    }
    const end = rows.at(-1);
    if (!end || rows.length < PAGE) return unearned;
    last = end._id;
  }
}

/**
 * Compares every completion with every certificate: makes those that are missing, reports those
 * that were not earned. Safe to run at any time and as often as one likes.
 */
export async function reconcileCertificates(tools: IssueTools): Promise<Reconciliation> {
  const { mended, missing } = await mendMissing(tools);
  const result = { mended, missing, unearned: await countUnearned(tools) };
  await ReconciliationRun.updateOne(
    { _id: 'last' },
    { $set: { ...result, at: now() } },
    { upsert: true },
  );
  return result;
}

/** What the last comparison found; null before the first. */
export const lastReconciliation = (): Promise<Reconciliation | null> =>
  ReconciliationRun.findById('last').lean<Reconciliation>();
