import {
  addUnread,
  createAccount,
  findPeople,
  findPerson,
  findUserIdByEmail,
  grantRole,
  revokeRole,
  rolesOf,
  setUnread,
} from '../../src/modules/accounts';
import { findSignedIn } from '../../src/modules/accounts/queries';
import { AuditLog } from '../../src/platform/audit';
import { useApp } from '../support/app';
import { makePerson, signedIn } from '../support/factories/accounts';

const app = useApp();
const UNION = '665f00000000000000000001';

describe('roles', () => {
  test('are given and taken once, written down, and count from the next request on', async () => {
    const { userId } = await makePerson();
    const grant = { role: 'union-staff', organisationId: UNION } as const;
    await Promise.all([grantRole(userId, grant), grantRole(userId, grant)]);
    expect(await rolesOf(userId)).toEqual([grant]);
    // What every request reads of the one who is signed in.
    expect((await findSignedIn(userId))?.grants).toEqual([grant]);
    await revokeRole(userId, grant);
    await revokeRole(userId, grant);
    expect(await rolesOf(userId)).toEqual([]);
    expect((await findSignedIn(userId))?.grants).toEqual([]);
    const actions = await AuditLog.find({ 'subject.id': userId, action: /-role$/ }).lean();
    expect(actions.map(({ action }) => action).sort()).toEqual([
      'accounts.grant-role',
      'accounts.revoke-role',
    ]);
  });

  test('nobody has one whose account is not there', async () => {
    expect(await rolesOf('not an id')).toEqual([]);
    await expect(
      grantRole('665f000000000000000000ff', { role: 'trainer', organisationId: UNION }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('people', () => {
  test('an address belongs to one account, however it is written', async () => {
    const { userId, email } = await makePerson({ email: 'One.Person@Example.org' });
    await expect(
      createAccount({
        name: 'Two',
        email: ' one.person@example.ORG ',
        language: 'en',
        confirmed: true,
      }),
    ).rejects.toMatchObject({ code: 'email-taken' });
    expect(await findUserIdByEmail('ONE.person@example.org')).toBe(userId);
    expect(await findPerson(userId)).toEqual({
      id: userId,
      name: expect.any(String),
      email,
      emailConfirmedAt: expect.any(Date),
      language: 'en',
    });
  });

  test('are found by many ids; what is no id is nobody', async () => {
    const [a, b] = [await makePerson(), await makePerson()];
    const found = await findPeople([a.userId, b.userId, 'nonsense', '665f000000000000000000ff']);
    expect([...found.keys()].sort()).toEqual([a.userId, b.userId].sort());
    expect(await findPerson('nonsense')).toBeNull();
  });

  test('unread notifications are counted and shown', async () => {
    const { client, userId } = await signedIn(app);
    await addUnread(userId, 3);
    await addUnread(userId, -1);
    expect((await client.get('/me')).text).toContain('aria-label="Notifications: 2 new"');
    await setUnread(userId, 0);
    expect((await client.get('/me')).text).not.toContain('new"');
  });
});
