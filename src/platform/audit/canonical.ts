import { createHash, createHmac } from 'node:crypto';
import mongoose from 'mongoose';
import type { AuditRow, ChainEndRow, Part } from './model';

const { EJSON } = mongoose.mongo.BSON;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

/** One text for one value, whatever the order of its keys: canonical Extended JSON v2. */
export const canonical = (value: unknown): string =>
  JSON.stringify(sorted(EJSON.serialize({ value }, { relaxed: false })));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a part of an entry holds. */
const contentOf = (row: AuditRow, part: Part): unknown =>
  part === 'origin'
    ? { ip: row.ip ?? null }
    : { before: row.before ?? null, after: row.after ?? null };

export const digestOf = (row: AuditRow, part: Part, salt: string): string =>
  sha256(`${salt} ${canonical(contentOf(row, part))}`);

/** Hash of the first entry's predecessor. */
export const GENESIS = '0'.repeat(64);

/** The hash of an entry in its place: over everything in it and the hash of the one before. */
export const hashOf = (
  row: AuditRow,
  place: { sequence: number; previous: string },
  digests: Record<Part, string>,
): string =>
  sha256(
    canonical({
      sequence: place.sequence,
      previous: place.previous,
      id: row._id.toHexString(),
      action: row.action,
      at: row.at,
      userId: row.userId ?? null,
      byUserId: row.byUserId ?? null,
      requestId: row.requestId ?? null,
      jobId: row.jobId ?? null,
      subject: { kind: row.subject.kind, id: row.subject.id },
      ...digests,
    }),
  );

/** Signs an end of the chain with a key made from the site's secret. */
export function signEnd(secret: string, end: Omit<ChainEndRow, 'signature'>): string {
  const key = createHmac('sha256', secret).update('audit chain').digest();
  return createHmac('sha256', key)
    .update(`${end._id} ${end.sequence} ${end.hash} ${end.at.toISOString()}`)
    .digest('hex');
}
