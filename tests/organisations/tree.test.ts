import {
  createOrganisation,
  findOrganisation,
  findOrganisationByCode,
  nameIn,
} from '../../src/modules/organisations';
import { AuditLog } from '../../src/platform/audit';
import { useApp } from '../support/app';
import { makeOrganisation } from '../support/factories/organisations';

useApp();

describe('the tree', () => {
  test('every organisation knows its way from the root, and its zone', async () => {
    const umbrella = await makeOrganisation('umbrella', { timeZone: 'Asia/Kuala_Lumpur' });
    const union = await createOrganisation({
      code: 'rail-workers',
      name: '  Rail   Workers ',
      names: { ta: 'இரயில் தொழிலாளர் சங்கம்' },
      kind: 'union',
      parentId: umbrella.id,
    });
    const branch = await makeOrganisation('branch', { parent: union, timeZone: 'Asia/Tokyo' });
    expect(branch.path).toEqual([umbrella.id, union.id, branch.id]);
    expect(union).toMatchObject({ name: 'Rail Workers', timeZone: 'Asia/Kuala_Lumpur' });
    expect(await findOrganisationByCode('rail-workers')).toEqual(union);
    expect(await findOrganisation(branch.id)).toEqual(branch);
    expect(nameIn(union, 'ta')).toBe('இரயில் தொழிலாளர் சங்கம்');
    expect(nameIn(union, 'zh')).toBe('Rail Workers');
    expect(
      await AuditLog.countDocuments({ action: 'organisations.create', 'subject.id': union.id }),
    ).toBe(1);
  });

  test('what is not there is null', async () => {
    expect(await findOrganisation('nonsense')).toBeNull();
    expect(await findOrganisation('665f000000000000000000ff')).toBeNull();
    expect(await findOrganisationByCode('nobody')).toBeNull();
  });

  test('a code is one organisation’s', async () => {
    const make = () =>
      createOrganisation({
        code: 'twins',
        name: 'Twins',
        kind: 'union',
        timeZone: 'Asia/Singapore',
      });
    const results = await Promise.allSettled([make(), make(), make()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'code-taken' });
    }
  });

  test('each kind has its place', async () => {
    const umbrella = await makeOrganisation('umbrella');
    const union = await makeOrganisation('union', { parent: umbrella });
    const company = await makeOrganisation('company', { parent: union });
    const wrong = { code: 'wrong-place' };
    await expect(makeOrganisation('umbrella', { ...wrong, parent: union })).rejects.toMatchObject({
      code: 'wrong-place',
    });
    await expect(makeOrganisation('branch', wrong)).rejects.toMatchObject(wrong);
    await expect(makeOrganisation('union', { ...wrong, parent: company })).rejects.toMatchObject(
      wrong,
    );
    expect(await findOrganisationByCode('wrong-place')).toBeNull();
  });

  test.each(['Capital', 'two--hyphens', '', 'white space', 'ünion'])(
    '%p is no code',
    async (code) => {
      await expect(
        createOrganisation({ code, name: 'X', kind: 'union', timeZone: 'Asia/Singapore' }),
      ).rejects.toMatchObject({ code: 'bad-code' });
    },
  );

  test('without anything above it an organisation needs a time zone', async () => {
    await expect(
      createOrganisation({ code: 'no-zone', name: 'X', kind: 'union' }),
    ).rejects.toMatchObject({ code: 'no-time-zone' });
    await expect(
      createOrganisation({
        code: 'no-parent',
        name: 'X',
        kind: 'union',
        parentId: '665f000000000000000000ff',
      }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});
