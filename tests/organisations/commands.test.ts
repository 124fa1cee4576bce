import mongoose from 'mongoose';
import { COMMANDS } from '../../src/cli/commands';
import { createAccount, findUserIdByEmail, rolesOf, WHOLE_SITE } from '../../src/modules/accounts';
import { findOrganisationByCode, membershipsOf } from '../../src/modules/organisations';
import { connectDb, disconnectDb } from '../../src/platform/db';
import { mongodbUri } from '../support/services';

const uri = mongodbUri('commands');

/** Runs a command as `npm run kelas` does: it opens and closes the database itself. */
async function kelas(line: string): Promise<{ code: number; out: string }> {
  const words = line.split(' ');
  const command = COMMANDS.find(({ name }) => line.startsWith(`${name} `) || line === name);
  if (!command) throw new Error(`There is no command for ${line}`);
  const said: string[] = [];
  const keep = (text: unknown) => void said.push(String(text));
  const spies = [
    jest.spyOn(console, 'log').mockImplementation(keep),
    jest.spyOn(console, 'error').mockImplementation(keep),
  ];
  try {
    const code = await command.run(words.slice(command.name.split(' ').length));
    return { code, out: said.join('\n') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Looks at the database between two commands. */
async function looking<T>(work: () => Promise<T>): Promise<T> {
  await connectDb(uri);
  try {
    return await work();
  } finally {
    await disconnectDb();
  }
}

const before = process.env['MONGODB_URI'];
beforeAll(() => {
  process.env['MONGODB_URI'] = uri;
});
afterAll(async () => {
  if (before === undefined) delete process.env['MONGODB_URI'];
  else process.env['MONGODB_URI'] = before;
  await looking(() => mongoose.connection.dropDatabase());
});

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
