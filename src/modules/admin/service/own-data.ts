import { AuditLog, type AuditRow } from '../../../platform/audit';
import type { PersonalData, PersonalList } from '../../../platform/personal';
import { mergesInto } from '../../accounts';
import { csvLine } from '../csv';

/** Everything that is kept about a person, by room: asked for one after the other. */
export interface PersonalRoom {
  readonly name: string;
  readonly personal: PersonalData;
}

const MOST_ENTRIES = 10_000;

/** What the audit log says of someone: what they did, and what was done with their account. */
async function activityOf(userId: string): Promise<PersonalList> {
  const rows = await AuditLog.find({
    $or: [{ userId }, { 'subject.kind': 'account', 'subject.id': userId }],
  })
    .sort({ at: -1, _id: -1 })
    .limit(MOST_ENTRIES)
    .lean<AuditRow[]>();
  return rows.map(({ at, action, subject, ip, userId: by }) => ({
    at,
    action,
    by: by === userId ? 'me' : by === null ? 'system' : 'someone else',
    subject: subject.kind,
    id: subject.id,
    ip: by === userId ? ip : null,
  }));
}

const cellOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

function csvOf(list: PersonalList): string {
  const columns = [...new Set(list.flatMap((row) => Object.keys(row)))];
  const lines = list.map((row) => {
    const cells = row as Record<string, unknown>;
    return csvLine(columns.map((column) => cellOf(cells[column])));
  });
  return `\uFEFF${csvLine(columns)}${lines.join('')}`;
}

/** What a room keeps about someone, and under the ids of accounts that were joined with theirs. */
async function listsOf({ personal }: PersonalRoom, ids: readonly string[]) {
  const lists: Record<string, PersonalList> = {};
  for (const id of ids) {
    for (const [name, list] of Object.entries(await personal.exportOf(id))) {
      lists[name] = [...(lists[name] ?? []), ...list];
    }
  }
  return lists;
}

/** The files of one's own data: everything as JSON in one, and each list as CSV. */
export async function* ownDataFiles(
  rooms: readonly PersonalRoom[],
  userId: string,
  at: Date,
): AsyncGenerator<{ name: string; content: string }> {
  const all: Record<string, PersonalList> = {};
  const ids = [userId, ...(await mergesInto(userId)).map(({ from }) => from)];
  for (const room of rooms) {
    for (const [name, list] of Object.entries(await listsOf(room, ids))) {
      all[name] = list;
      if (list.length > 0) yield { name: `${name}.csv`, content: csvOf(list) };
    }
  }
  all['activity'] = await activityOf(userId);
  yield { name: 'activity.csv', content: csvOf(all['activity']) };
  yield {
    name: 'everything.json',
    content: `${JSON.stringify({ madeAt: at, ...all }, null, 2)}\n`,
  };
}
