import { findMerge } from '../../src/modules/accounts';
import { mergeAccounts } from '../../src/modules/accounts/service/merge-accounts';
import { settleMoves, type TreeRoom } from '../../src/modules/admin/service/follow-moves';
import { finishMerges } from '../../src/modules/admin/service/join-accounts';
import type { PersonalRoom } from '../../src/modules/admin/service/own-data';
import { moveOrganisation } from '../../src/modules/organisations';
import { OrganisationMove } from '../../src/modules/organisations/model';
import { HOUR, now, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import { makePerson } from '../support/factories/accounts';
import { makeOrganisation } from '../support/factories/organisations';

useApp();
afterEach(() => setClock());

const inAnHour = () => {
  const later = new Date(now().getTime() + HOUR);
  setClock(() => later);
};

const makeMove = async () => {
  const [from, to] = [await makeOrganisation('union'), await makeOrganisation('union')];
  const { id } = await makeOrganisation('branch', { parent: from });
  await moveOrganisation({ organisationId: id, from: from.id, to: to.id });
  return id;
};

const moveOf = (organisationId: string) => OrganisationMove.findOne({ organisationId }).lean();

describe('what has failed for good', () => {
  test('a move that fails again holds up no other, and is followed twice in the end', async () => {
    const broken = await makeMove();
    const fine = await makeMove();
    let isBroken = true;
    const rooms: TreeRoom[] = [
      {
        name: 'things',
        tree: {
          follow: async ({ organisationId }) => {
            if (isBroken && organisationId === broken) throw new Error('A record is in the way');
          },
        },
      },
    ];
    inAnHour();
    await expect(settleMoves(rooms)).rejects.toThrow('A record is in the way');
    expect(await moveOf(fine)).toMatchObject({ followedAt: expect.any(Date), settledAt: null });
    isBroken = false;
    inAnHour();
    await settleMoves(rooms);
    expect(await moveOf(fine)).toMatchObject({ settledAt: expect.any(Date) });
    // What was being written while it was followed is looked at once more.
    expect(await moveOf(broken)).toMatchObject({ followedAt: expect.any(Date), settledAt: null });
    inAnHour();
    await settleMoves(rooms);
    expect(await moveOf(broken)).toMatchObject({ settledAt: expect.any(Date) });
  });

  test('accounts that cannot be joined hold up no others', async () => {
    const people = [];
    for (let count = 0; count < 4; count += 1) people.push((await makePerson()).userId);
    const [bad = '', good = '', ...stay] = people;
    await mergeAccounts({ from: bad, to: stay[0] ?? '' });
    await mergeAccounts({ from: good, to: stay[1] ?? '' });
    const rooms: PersonalRoom[] = [
      {
        name: 'things',
        personal: {
          exportOf: async () => ({}),
          forget: async () => {},
          merge: async (from) => {
            if (from === bad) throw new Error('A record is in the way');
          },
        },
      },
    ];
    inAnHour();
    await expect(finishMerges(rooms)).rejects.toThrow('A record is in the way');
    expect(await findMerge(good)).toMatchObject({ finished: true });
    expect(await findMerge(bad)).toMatchObject({ finished: false });
  });
});
