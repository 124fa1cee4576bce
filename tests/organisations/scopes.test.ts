import { WHOLE_SITE } from '../../src/modules/accounts';
import { type Organisation, organisationsWithin, scopeOf } from '../../src/modules/organisations';
import { type Actor, isWithin, ROLES, type Role } from '../../src/platform/authz';
import { useApp } from '../support/app';
import { makeOrganisation } from '../support/factories/organisations';

useApp();

const tree = new Map<string, Organisation>();
/** Name of each organisation and of the one above it. */
const SHAPE: readonly [string, Organisation['kind'], string | null][] = [
  ['umbrella', 'umbrella', null],
  ['transport', 'union', 'umbrella'],
  ['buses', 'branch', 'transport'],
  ['night buses', 'branch', 'buses'],
  ['bus company', 'company', 'transport'],
  ['health', 'union', 'umbrella'],
  ['hospital', 'company', 'health'],
  ['agency', 'agency', 'umbrella'],
  ['other union', 'union', null],
];
const NAMES = SHAPE.map(([name]) => name);
const parentOf = new Map(SHAPE.map(([name, , parent]) => [name, parent]));

/** Computed from the shape alone, not from paths. */
function isAtOrBelow(name: string, top: string): boolean {
  for (let at: string | null | undefined = name; at; at = parentOf.get(at)) {
    if (at === top) return true;
  }
  return false;
}

const idOf = (name: string): string => tree.get(name)?.id ?? '';
const holder = (...grants: [Role, string][]): Actor => ({
  id: 'someone',
  grants: grants.map(([role, organisationId]) => ({ role, organisationId })),
});

beforeAll(async () => {
  for (const [name, kind, parent] of SHAPE) {
    const above = parent === null ? undefined : tree.get(parent);
    tree.set(name, await makeOrganisation(kind, { name, ...(above ? { parent: above } : {}) }));
  }
});

describe('how far a role reaches', () => {
  const cases = ROLES.flatMap((held) =>
    ROLES.flatMap((asked) => NAMES.map((at) => ({ held, asked, at }))),
  );

  test.each(cases)('$held at $at, asked as $asked', ({ held, asked, at }) => {
    const scope = scopeOf(holder([held, idOf(at)]), asked);
    const reaches = held === asked || held === 'administrator';
    const seen = NAMES.filter((name) => isWithin(scope, tree.get(name)?.path ?? []));
    expect(seen).toEqual(reaches ? NAMES.filter((name) => isAtOrBelow(name, at)) : []);
  });

  test.each(NAMES)('a query within the scope of %s finds the same', async (at) => {
    const scope = scopeOf(holder(['union-staff', idOf(at)]), 'union-staff');
    const found = await organisationsWithin(scope, { skip: 0, limit: 100 });
    expect(found.map(({ name }) => name).sort()).toEqual(
      NAMES.filter((name) => isAtOrBelow(name, at)).sort(),
    );
  });

  test('several grants add up, each with its own role', () => {
    const actor = holder(
      ['union-staff', idOf('buses')],
      ['union-staff', idOf('health')],
      ['trainer', idOf('other union')],
    );
    const seenAs = (role: Role) =>
      NAMES.filter((name) => isWithin(scopeOf(actor, role), tree.get(name)?.path ?? []));
    expect(seenAs('union-staff')).toEqual(['buses', 'night buses', 'health', 'hospital']);
    expect(seenAs('trainer')).toEqual(['other union']);
    expect(seenAs('administrator')).toEqual([]);
  });

  test('the administrator of the whole site reaches everything, a worker nothing', async () => {
    for (const role of ROLES) {
      expect(scopeOf(holder(['administrator', WHOLE_SITE]), role)).toEqual({ kind: 'all' });
      expect(scopeOf(holder(), role)).toEqual({ kind: 'below', organisationIds: [] });
    }
    const all = await organisationsWithin({ kind: 'all' }, { skip: 0, limit: 100 });
    expect(all).toHaveLength(NAMES.length);
    const none = await organisationsWithin(scopeOf(holder(), 'trainer'), { skip: 0, limit: 100 });
    expect(none).toEqual([]);
  });

  test('a grant elsewhere, or nonsense, opens nothing', () => {
    const scope = scopeOf(holder(['union-staff', 'nonsense']), 'union-staff');
    expect(NAMES.filter((name) => isWithin(scope, tree.get(name)?.path ?? []))).toEqual([]);
  });
});
