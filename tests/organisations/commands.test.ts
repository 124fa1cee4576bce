import {
  createAccount,
  findUserIdByEmail,
  grantRole,
  rolesOf,
  WHOLE_SITE,
} from '../../src/modules/accounts';
import { findOrganisationByCode, membershipsOf } from '../../src/modules/organisations';
import { useCommands } from '../support/commands';

const { kelas, looking } = useCommands();

describe('organisations, memberships and roles from the command line', () => {
  test('a site without anyone gets its tree', async () => {
    const added = await kelas('organisation add labour umbrella - Asia/Singapore Labour Movement');
    expect(added).toEqual({ code: 0, out: 'Labour Movement is there, with the code labour' });
    await kelas('organisation add rail union labour - Rail Union');
    expect((await kelas('organisation list')).out.split('\n')).toEqual([
      'labour  umbrella  Labour Movement',
      '  rail  union  Rail Union',
    ]);
    expect(await kelas('organisation add rail union labour - Again')).toEqual({
      code: 1,
      out: 'There is already an organisation with the code “rail”',
    });
    expect(await kelas('organisation add x union nobody - X')).toEqual({
      code: 1,
      out: 'There is no organisation with the code “nobody”',
    });
    const wrong = await kelas('organisation add x club - - X');
    expect(wrong.code).toBe(2);
    expect(wrong.out).toContain('Usage: npm run kelas -- organisation add');
  });

  test('someone joins and gets a role, and loses it again', async () => {
    const email = 'mei@example.org';
    const { userId } = await looking(() =>
      createAccount({ name: 'Mei', email, language: 'en', confirmed: true }),
    );
    await kelas('organisation add port union - Asia/Singapore Port Union');
    expect(await kelas(`membership add ${email} port union-member 2026-01-01 p-7`)).toEqual({
      code: 0,
      out: `${email} belongs to Port Union from 2026-01-01 on`,
    });
    expect((await kelas(`membership add ${email} port union-member 2026-02-30`)).code).toBe(1);
    expect((await kelas(`role give ${email} union-staff port`)).out).toBe(
      `${email} is now union-staff of port`,
    );
    await kelas(`role give ${email} administrator site`);
    await looking(async () => {
      const port = await findOrganisationByCode('port');
      expect(await membershipsOf(userId)).toMatchObject([
        { number: 'P-7', startsOn: '2026-01-01' },
      ]);
      expect(await rolesOf(userId)).toEqual([
        { role: 'union-staff', organisationId: port?.id },
        { role: 'administrator', organisationId: WHOLE_SITE },
      ]);
    });
    expect(await kelas(`role take ${email} administrator site`)).toEqual({
      code: 1,
      out: 'The site needs an administrator: give someone else the role first',
    });
    await looking(async () => {
      const { userId: other } = await createAccount({
        name: 'Siti',
        email: 'siti@example.org',
        language: 'en',
        confirmed: true,
      });
      await grantRole(other, { role: 'administrator', organisationId: WHOLE_SITE });
    });
    await kelas(`role take ${email} administrator site`);
    expect(await kelas('role give nobody@example.org trainer port')).toEqual({
      code: 1,
      out: 'There is no account with the address nobody@example.org',
    });
    await looking(async () => {
      expect(await rolesOf(userId)).toHaveLength(1);
      expect(await findUserIdByEmail('nobody@example.org')).toBeNull();
    });
  });
});
