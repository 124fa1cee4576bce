import fc from 'fast-check';
import {
  hasRole,
  isWithin,
  organisationsWithRole,
  type Scope,
  withinScope,
} from '../../src/platform/authz';

const id = fc.constantFrom('root', 'union-a', 'union-b', 'branch-a1', 'branch-b1');
const path = fc.uniqueArray(id, { minLength: 1 });

describe('a scope', () => {
  test('lets through what lies below it and nothing else', () => {
    const scope: Scope = { kind: 'below', organisationIds: ['union-a'] };
    expect(isWithin(scope, ['root', 'union-a', 'branch-a1'])).toBe(true);
    expect(isWithin(scope, ['root', 'union-b', 'branch-b1'])).toBe(false);
    expect(isWithin(scope, ['root'])).toBe(false);
    expect(isWithin({ kind: 'below', organisationIds: [] }, ['root'])).toBe(false);
    expect(isWithin({ kind: 'all' }, [])).toBe(true);
  });

  test('says the same as a condition of a query', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id), path, (organisationIds, organisationPath) => {
        const scope: Scope = { kind: 'below', organisationIds };
        const { $in } = withinScope(scope)['organisationPath'] as { $in: string[] };
        const matches = organisationPath.some((each) => $in.includes(each));
        expect(matches).toBe(isWithin(scope, organisationPath));
      }),
    );
    expect(withinScope({ kind: 'all' })).toEqual({});
  });
});

test('roles are held for organisations', () => {
  const actor = {
    id: 'u',
    grants: [
      { role: 'trainer', organisationId: 'a' },
      { role: 'union-staff', organisationId: 'b' },
      { role: 'trainer', organisationId: 'c' },
    ],
  } as const;
  expect(hasRole(actor, 'trainer')).toBe(true);
  expect(hasRole(actor, 'administrator')).toBe(false);
  expect(organisationsWithRole(actor, 'trainer')).toEqual(['a', 'c']);
});
