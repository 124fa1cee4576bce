import { Types } from 'mongoose';
import { AuditLog, type AuditRow } from '../../platform/audit';
import { findPeople, findUserIdByEmail } from '../accounts';
import { endOfDay, startOfDay } from './days';
import type { AuditSearch } from './schemas';

const PER_PAGE = 50;
const NOBODY = 'nobody';

/** Someone by address or id; the system by `-`. */
async function userIdOf(typed: string): Promise<string | null> {
  if (typed === '-') return null;
  if (/^[0-9a-f]{24}$/.test(typed)) return typed;
  return (await findUserIdByEmail(typed)) ?? NOBODY;
}

/** The condition of a search. Each field narrows it; each has an index that ends in the time. */
async function filterOf(search: AuditSearch, timeZone: string): Promise<Record<string, unknown>> {
  const conditions: Record<string, unknown>[] = [];
  if (search.who !== '') {
    const userId = await userIdOf(search.who);
    conditions.push(userId === null ? { userId } : { $or: [{ userId }, { byUserId: userId }] });
  }
  if (search.what !== '') conditions.push({ action: search.what });
  if (search.kind !== '') conditions.push({ 'subject.kind': search.kind });
  if (search.id !== '') conditions.push({ 'subject.id': search.id });
  if (search.from) conditions.push({ at: { $gte: startOfDay(search.from, timeZone) } });
  if (search.until) conditions.push({ at: { $lt: endOfDay(search.until, timeZone) } });
  return conditions.length === 0 ? {} : { $and: conditions };
}

/** Where a page goes on. */
function goingOn(after: string | undefined): Record<string, unknown> | null {
  if (after === undefined) return null;
  const [time = '', id = ''] = after.split('-');
  const at = new Date(Number(time));
  return { $or: [{ at: { $lt: at } }, { at, _id: { $lt: new Types.ObjectId(id) } }] };
}

export interface AuditPage {
  rows: readonly AuditRow[];
  names: ReadonlyMap<string, string>;
  /** What the next page is asked for with; null on the last one. */
  after: string | null;
}

async function namesOf(rows: readonly AuditRow[]): Promise<Map<string, string>> {
  const ids = rows.flatMap(({ userId, byUserId, subject }) => [
    userId,
    byUserId,
    subject.kind === 'account' ? subject.id : null,
  ]);
  const people = await findPeople([...new Set(ids)].filter((id) => id !== null));
  return new Map([...people].map(([id, { name }]) => [id, name]));
}

/** A page of the entries that a search finds, the latest first. */
export async function searchAudit(search: AuditSearch, timeZone: string): Promise<AuditPage> {
  const filter = await filterOf(search, timeZone);
  const further = goingOn(search.after);
  const rows = await AuditLog.find(further ? { $and: [filter, further] } : filter)
    .sort({ at: -1, _id: -1 })
    .limit(PER_PAGE + 1)
    .lean<AuditRow[]>();
  const shown = rows.slice(0, PER_PAGE);
  const last = shown.at(-1);
  return {
    rows: shown,
    names: await namesOf(shown),
    after: rows.length > PER_PAGE && last ? `${last.at.getTime()}-${last._id.toHexString()}` : null,
  };
}

/** One entry with the names of the people in it; null when there is none. */
export async function findEntry(
  entryId: string,
): Promise<{ row: AuditRow; names: ReadonlyMap<string, string> } | null> {
  const row = await AuditLog.findById(entryId).lean<AuditRow>();
  return row && { row, names: await namesOf([row]) };
}

/** What a search finds, the latest first, as a stream. */
export async function* streamAudit(
  search: AuditSearch,
  timeZone: string,
): AsyncGenerator<{ row: AuditRow; names: ReadonlyMap<string, string> }> {
  let after = search.after;
  for (;;) {
    const page = await searchAudit({ ...search, after }, timeZone);
    for (const row of page.rows) yield { row, names: page.names };
    if (page.after === null) return;
    after = page.after;
  }
}
