import {
  addMembership,
  endMembership,
  membershipsOf,
  type Organisation,
  pathsOf,
} from '../../src/modules/organisations';
import { AuditLog } from '../../src/platform/audit';
import { setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import { makePerson, signedIn } from '../support/factories/accounts';
import { makeOrganisation } from '../support/factories/organisations';

const app = useApp();
afterEach(() => setClock());

let union: Organisation;
let branch: Organisation;
let company: Organisation;
beforeAll(async () => {
  const umbrella = await makeOrganisation('umbrella');
  union = await makeOrganisation('union', { parent: umbrella, name: 'Transport Workers' });
  branch = await makeOrganisation('branch', { parent: union, name: 'Night Buses' });
  company = await makeOrganisation('company', { parent: union, name: 'City Lines' });
});

const member = async (wishes: Partial<Parameters<typeof addMembership>[0]> = {}) =>
  addMembership({
    userId: wishes.userId ?? (await makePerson()).userId,
    organisationId: branch.id,
    kind: 'union-member',
    startsOn: '2024-03-01',
    ...wishes,
  });

describe('memberships', () => {
  test('keep their history and are written down', async () => {
    const { userId } = await makePerson();
    const first = await member({ userId, number: 'tw-1001', endsOn: '2024-12-31' });
    const second = await member({ userId, number: 'TW-1001', startsOn: '2026-01-01' });
    expect(first.number).toBe('TW-1001');
    await endMembership(second.id, '2026-06-30');
    expect(await membershipsOf(userId)).toEqual([
      { ...second, endsOn: '2026-06-30' },
      { ...first, organisationPath: branch.path },
    ]);
    await expect(endMembership(second.id, '2026-07-31')).rejects.toMatchObject({ code: 'ended' });
    const rows = await AuditLog.find({ 'subject.id': second.id }).sort({ at: 1 }).lean();
    expect(rows.map(({ action }) => action)).toEqual([
      'organisations.add-membership',
      'organisations.end-membership',
    ]);
  });

  test('a number is one person’s in a union, also across its branches', async () => {
    const other = await makeOrganisation('branch', { parent: union });
    await member({ number: 'N 1' });
    await expect(member({ number: 'n  1', organisationId: other.id })).rejects.toMatchObject({
      code: 'number-taken',
    });
    await expect(member({ number: 'N 1', organisationId: union.id })).rejects.toMatchObject({
      code: 'number-taken',
    });
    const elsewhere = await makeOrganisation('union');
    await expect(member({ number: 'N 1', organisationId: elsewhere.id })).resolves.toMatchObject({
      number: 'N 1',
    });
  });

  test('a refused membership leaves nothing, not even its number', async () => {
    const { userId } = await makePerson();
    await member({ userId });
    await expect(member({ userId, number: 'FREE-1' })).rejects.toMatchObject({ code: 'overlap' });
    await expect(member({ number: 'FREE-1' })).resolves.toMatchObject({ number: 'FREE-1' });
  });

  test('many at once with one number: one gets it', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => makePerson()));
    const results = await Promise.allSettled(
      people.map(({ userId }) => member({ userId, number: 'RUSH-1' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('many at once for one person: one is kept', async () => {
    const { userId } = await makePerson();
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, () => member({ userId, startsOn: '2025-05-05' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await membershipsOf(userId)).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'overlap' });
    }
  });

  test.each([
    ['2024-01-01', '2024-01-31', true],
    ['2024-01-01', '2024-03-01', false],
    ['2024-06-30', '2024-07-31', false],
    ['2024-07-01', undefined, true],
    ['2023-01-01', undefined, false],
    ['2024-04-01', '2024-04-02', false],
  ])('beside March to June 2024, from %s to %s: %p', async (startsOn, endsOn, allowed) => {
    const { userId } = await makePerson();
    await member({ userId, startsOn: '2024-03-01', endsOn: '2024-06-30' });
    const added = member({ userId, startsOn, ...(endsOn ? { endsOn } : {}) });
    if (allowed) await expect(added).resolves.toMatchObject({ startsOn });
    else await expect(added).rejects.toMatchObject({ code: 'overlap' });
  });

  test.each([
    ['2024-02-30', undefined],
    ['01.03.2024', undefined],
    ['2024-03-02', '2024-03-01'],
    ['2024-03-02', 'later'],
  ])('%s to %s are no dates', async (startsOn, endsOn) => {
    await expect(member({ startsOn, ...(endsOn ? { endsOn } : {}) })).rejects.toMatchObject({
      code: 'bad-dates',
    });
  });

  test('one is a member of a union and employed by a company, not the other way round', async () => {
    await expect(member({ organisationId: company.id })).rejects.toMatchObject({
      code: 'wrong-home',
    });
    await expect(member({ kind: 'employee' })).rejects.toMatchObject({ code: 'wrong-home' });
    await expect(member({ organisationId: '665f000000000000000000ff' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('where a person belongs today', () => {
  test('counts the first and the last day, in the time zone of the organisation', async () => {
    const { userId } = await makePerson();
    await member({ userId, startsOn: '2026-02-01', endsOn: '2026-02-28' });
    const at = async (moment: string) => {
      setClock(() => new Date(moment));
      return pathsOf(userId);
    };
    // Singapore is eight hours ahead of UTC.
    expect(await at('2026-01-31T15:59:59Z')).toEqual([]);
    expect(await at('2026-01-31T16:00:00Z')).toEqual([branch.path]);
    expect(await at('2026-02-28T15:59:59Z')).toEqual([branch.path]);
    expect(await at('2026-02-28T16:00:00Z')).toEqual([]);
  });

  test('names unions before employers', async () => {
    const { userId } = await makePerson();
    await member({ userId, startsOn: '2020-01-01' });
    await member({
      userId,
      organisationId: company.id,
      kind: 'employee',
      startsOn: '2022-01-01',
      number: 'S-1',
    });
    expect(await pathsOf(userId)).toEqual([branch.path, company.path]);
  });
});

describe('one’s own page', () => {
  test('is empty at first, then shows what is and what was', async () => {
    const { client, userId } = await signedIn(app);
    expect((await client.get('/me/memberships')).text).toContain('No memberships yet');
    await member({ userId, number: 'TW-77', startsOn: '2021-05-01', endsOn: '2022-04-30' });
    await member({
      userId,
      organisationId: company.id,
      kind: 'employee',
      startsOn: '2023-01-09',
      number: 'S-2',
    });
    const page = await client.get('/me/memberships');
    expect(page.status).toBe(200);
    for (const text of [
      'Night Buses',
      'City Lines',
      'TW-77',
      'S-2',
      '1 May 2021',
      '30 April 2022',
    ]) {
      expect(page.text).toContain(text);
    }
    expect(page.text.indexOf('City Lines')).toBeLessThan(page.text.indexOf('Earlier'));
    expect(page.text.indexOf('Night Buses')).toBeGreaterThan(page.text.indexOf('Earlier'));
  });

  test('shows nobody else’s, and nothing to strangers', async () => {
    await member({ number: 'SECRET-1' });
    const { client } = await signedIn(app);
    expect((await client.get('/me/memberships')).text).not.toContain('SECRET-1');
    expect((await app.client().get('/me/memberships')).status).toBe(303);
  });
});
