import {
  addMembership,
  findOrganisation,
  membershipsOf,
  moveOrganisation,
  type Organisation,
  previewMove,
} from '../../src/modules/organisations';
import { inTransaction, outOfTransaction } from '../../src/platform/db';
import { useApp } from '../support/app';
import { makePerson } from '../support/factories/accounts';
import { makeOrganisation } from '../support/factories/organisations';

useApp();

let rail: Organisation;
let port: Organisation;
beforeAll(async () => {
  rail = await makeOrganisation('union', { name: 'Rail' });
  port = await makeOrganisation('union', { name: 'Port' });
});

const member = async (organisationId: string, number: string) => {
  const { userId } = await makePerson();
  await addMembership({
    userId,
    organisationId,
    kind: 'union-member',
    number,
    startsOn: '2024-03-01',
  });
  return userId;
};

describe('a branch that moves', () => {
  test('who joins it in that moment joins it where it stands then, with a number of that union', async () => {
    const branch = await makeOrganisation('branch', { parent: rail });
    let tries = 0;
    const { userId } = await makePerson();
    await inTransaction(async () => {
      // From here on this transaction sees the tree as it is now.
      await findOrganisation(branch.id);
      tries += 1;
      if (tries === 1) {
        await outOfTransaction(() =>
          moveOrganisation({ organisationId: branch.id, from: rail.id, to: port.id }),
        );
      }
      await addMembership({
        userId,
        organisationId: branch.id,
        kind: 'union-member',
        number: 'M-1',
        startsOn: '2024-03-01',
      });
    });
    expect((await membershipsOf(userId))[0]?.organisationPath).toEqual([port.id, branch.id]);
    await expect(member(port.id, 'M-1')).rejects.toMatchObject({ code: 'number-taken' });
  });

  test('many who join at once all do', async () => {
    const branch = await makeOrganisation('branch', { parent: rail });
    const people = await Promise.all(
      Array.from({ length: 12 }, (_, index) => member(branch.id, `MANY-${index}`)),
    );
    expect(new Set(people).size).toBe(12);
  });

  test('takes the numbers along of one that came under it a moment ago', async () => {
    const branch = await makeOrganisation('branch', { parent: rail });
    const small = await makeOrganisation('branch', { parent: rail });
    for (const number of ['S-1', 'S-2']) await member(small.id, number);
    await moveOrganisation({ organisationId: small.id, from: rail.id, to: branch.id });
    await member(port.id, 'S-2');
    const moved = await findOrganisation(branch.id);
    expect((await previewMove(moved as Organisation, port)).clashing).toBe(1);
    const taken = { organisationId: branch.id, from: rail.id, to: port.id };
    await expect(moveOrganisation(taken)).rejects.toMatchObject({ code: 'numbers-taken' });
    const other = await makeOrganisation('union', { name: 'Air' });
    await moveOrganisation({ ...taken, to: other.id });
    await expect(member(other.id, 'S-1')).rejects.toMatchObject({ code: 'number-taken' });
  });
});
