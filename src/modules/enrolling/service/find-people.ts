import { isWithin } from '../../../platform/authz';
import { normaliseEmail } from '../../../shared/text';
import { findUserIdsByEmail } from '../../accounts';
import { enrolledWithin, openEnrolmentsOf } from '../../learning';
import { normaliseNumber, ownersOfNumbers, pathsOfMany } from '../../organisations';
import type { Plan, RowFault } from '../model';
import type { ParsedRow } from './parse-rows';
import type { World } from './world';

/** A row with what will become of it. */
export interface PlannedRow extends ParsedRow {
  readonly plan: Plan;
  /** The account: of someone in the scope, or one that lies outside of it and is never shown. */
  readonly userId: string | null;
}

const CHUNK = 500;

/** What the database knows of the people of some rows. */
interface Known {
  byEmail: ReadonlyMap<string, string>;
  byNumber: ReadonlyMap<string, readonly string[]>;
  /** Those inside the scope: only they can be enrolled without being asked. */
  within: ReadonlySet<string>;
  enrolled: ReadonlySet<string>;
}

const present = <T>(values: readonly (T | null)[]): T[] =>
  values.filter((value): value is T => value !== null);

async function lookUp(rows: readonly ParsedRow[], world: World): Promise<Known> {
  const byEmail = await findUserIdsByEmail(present(rows.map(({ email }) => email)));
  const byNumber = await ownersOfNumbers(world.unionIds, present(rows.map(({ number }) => number)));
  const within = new Set<string>();
  const candidates = [...new Set([...byEmail.values(), ...[...byNumber.values()].flat()])];
  for (let from = 0; from < candidates.length; from += CHUNK) {
    const some = candidates.slice(from, from + CHUNK);
    if (world.scope.kind === 'all') {
      for (const id of some) within.add(id);
      continue;
    }
    for (const [userId, paths] of await pathsOfMany(some)) {
      if (paths.some((path) => isWithin(world.scope, path))) within.add(userId);
    }
    for (const userId of await enrolledWithin(world.scope, some)) within.add(userId);
  }
  const courses = [...new Set(present(rows.map(({ courseSlug }) => courseSlug)))];
  const open = await openEnrolmentsOf([...within], courses);
  return {
    byEmail,
    byNumber,
    within,
    enrolled: new Set(open.map(({ userId, courseSlug }) => `${userId} ${courseSlug}`)),
  };
}

const fault = (row: ParsedRow, name: string): RowFault => ({
  column: 'number',
  value: row.number ?? '',
  messageKey: `enrolling.fault.${name}`,
  values: {},
});

function planRow(row: ParsedRow, known: Known): PlannedRow {
  const bad = (...faults: RowFault[]): PlannedRow => ({
    ...row,
    faults: [...row.faults, ...faults],
    plan: 'bad',
    userId: null,
  });
  if (row.faults.length > 0) return bad();
  const owners = (
    row.number === null ? [] : (known.byNumber.get(normaliseNumber(row.number)) ?? [])
  ).filter((userId) => known.within.has(userId));
  if (row.email === null) {
    const [owner] = owners;
    if (owner === undefined) return bad(fault(row, 'number'));
    if (owners.length > 1) return bad(fault(row, 'severalNumbers'));
    return { ...row, userId: owner, plan: planOf(owner, row, known) };
  }
  const userId = known.byEmail.get(normaliseEmail(row.email)) ?? null;
  const inside = userId !== null && known.within.has(userId);
  if (owners.some((owner) => owner !== userId)) return bad(fault(row, 'otherNumber'));
  // Whether someone outside has an account is nothing that this may tell.
  if (!inside) return { ...row, userId, plan: 'invite' };
  return { ...row, userId, plan: planOf(userId, row, known) };
}

const planOf = (userId: string, { courseSlug }: ParsedRow, { enrolled }: Known): Plan =>
  enrolled.has(`${userId} ${courseSlug}`) ? 'existing' : 'enrol';

/** Finds who stands behind each row, and plans what becomes of it. */
export async function planRows(rows: readonly ParsedRow[], world: World): Promise<PlannedRow[]> {
  const planned: PlannedRow[] = [];
  for (let from = 0; from < rows.length; from += CHUNK) {
    const some = rows.slice(from, from + CHUNK);
    const known = await lookUp(some, world);
    for (const row of some) planned.push(planRow(row, known));
  }
  return planned;
}
