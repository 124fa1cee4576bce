import { grantRole, rolesOf, WHOLE_SITE } from '../../src/modules/accounts';
import { User } from '../../src/modules/accounts/model';
import { completeSearchKeys } from '../../src/modules/accounts/search';
import { addMembership, createOrganisation } from '../../src/modules/organisations';
import { AuditLog } from '../../src/platform/audit';
import { useApp } from '../support/app';
import { makePerson, signedIn } from '../support/factories/accounts';

const app = useApp();

const SITE = { role: 'administrator', organisationId: WHOLE_SITE } as const;
let centre: string;
let rail: string;
let port: string;

beforeAll(async () => {
  const zone = { timeZone: 'Asia/Singapore' };
  centre = (await createOrganisation({ code: 'centre', name: 'Centre', kind: 'umbrella', ...zone }))
    .id;
  const below = { kind: 'union', parentId: centre } as const;
  rail = (await createOrganisation({ code: 'rail', name: 'Rail', ...below })).id;
  port = (await createOrganisation({ code: 'port', name: 'Port', ...below })).id;
});

const memberOf = async (organisationId: string, name: string) => {
  const person = await makePerson({ name });
  await addMembership({
    userId: person.userId,
    organisationId,
    kind: 'union-member',
    startsOn: '2020-01-01',
  });
  return person;
};

describe('finding people', () => {
  test('by the beginning of any word of the name, in any script, or of the address', async () => {
    const { client } = await signedIn(app, { name: 'Admin One', grants: [SITE] });
    await makePerson({ name: 'Ooi Kah Wai', email: 'kwooi@example.org' });
    await makePerson({ name: '陈美华' });
    await makePerson({ name: 'கவிதா வேலு' });
    const finds = async (q: string, name: string) =>
      (await client.get(`/admin/users?q=${encodeURIComponent(q)}`)).text.includes(`>${name}<`);
    expect(await finds('kah', 'Ooi Kah Wai')).toBe(true);
    expect(await finds('WAI oo', 'Ooi Kah Wai')).toBe(true);
    expect(await finds('kwooi@ex', 'Ooi Kah Wai')).toBe(true);
    expect(await finds('ah', 'Ooi Kah Wai')).toBe(false);
    expect(await finds('美', '陈美华')).toBe(true);
    expect(await finds('வேலு', 'கவிதா வேலு')).toBe(true);
    const nothing = await client.get('/admin/users?q=.*');
    expect(nothing.text).toContain('people');
    const none = await client.get('/admin/users?q=%3Cb%3Ezzz');
    expect(none.text).toContain('begins with “&lt;b&gt;zzz”');
  });

  test('uses an index, and accounts from before are found too', async () => {
    const { userId } = await makePerson({ name: 'Quenby Old' });
    await User.updateOne({ _id: userId }, { $unset: { searchKeys: '' } });
    await completeSearchKeys();
    const row = await User.findById(userId).lean();
    expect(row?.searchKeys).toEqual([row?.emailKey, 'quenby', 'old']);
  });

  test('an administrator of a part finds those of the part, and nobody else', async () => {
    const { client } = await signedIn(app, {
      name: 'Rail Admin',
      grants: [{ role: 'administrator', organisationId: rail }],
    });
    const inside = await memberOf(rail, 'Zara Inside');
    const outside = await memberOf(port, 'Zara Outside');
    const trainer = await makePerson({ name: 'Zara Trainer' });
    await grantRole(trainer.userId, { role: 'trainer', organisationId: rail });
    await grantRole(trainer.userId, { role: 'trainer', organisationId: port });
    const empty = await client.get('/admin/users');
    expect(empty.text).toContain('Whom are you looking for?');
    const { text } = await client.get('/admin/users?q=zara');
    expect(text).toContain('Zara Inside');
    expect(text).toContain('Zara Trainer');
    expect(text).not.toContain('Zara Outside');
    expect((await client.get(`/admin/users/${inside.userId}`)).status).toBe(200);
    expect((await client.get(`/admin/users/${outside.userId}`)).status).toBe(404);
    const page = await client.get(`/admin/users/${trainer.userId}`);
    expect(page.text).toContain('Trainer: Rail');
    expect(page.text).not.toContain('Trainer: Port');
    expect(page.text).not.toContain('/admin/audit');
    expect((await client.get('/admin/audit')).status).toBe(403);
  });
});

describe('roles', () => {
  test('are given and taken within one’s part only', async () => {
    const { client } = await signedIn(app, {
      grants: [{ role: 'administrator', organisationId: rail }],
    });
    const { userId } = await memberOf(rail, 'Mei Ling');
    const at = `/admin/users/${userId}`;
    const given = await client.post(`${at}/roles`, { role: 'trainer', organisationId: rail });
    expect((await client.follow(given)).text).toContain('Trainer: Rail');
    for (const organisationId of [port, centre, WHOLE_SITE, 'f'.repeat(24)]) {
      const answer = await client.post(`${at}/roles`, { role: 'trainer', organisationId });
      expect({ organisationId, status: answer.status }).toEqual({ organisationId, status: 404 });
    }
    const bare = await client.post(`${at}/roles`, { role: 'king', organisationId: rail });
    expect(bare.status).toBe(422);
    expect(await rolesOf(userId)).toEqual([{ role: 'trainer', organisationId: rail }]);
    await grantRole(userId, { role: 'trainer', organisationId: port });
    const kept = await client.post(`${at}/roles/take`, { role: 'trainer', organisationId: port });
    expect(kept.status).toBe(404);
    const taken = await client.post(`${at}/roles/take`, { role: 'trainer', organisationId: rail });
    expect(taken.status).toBe(303);
    expect(await rolesOf(userId)).toEqual([{ role: 'trainer', organisationId: port }]);
    expect(
      await AuditLog.countDocuments({
        action: /^accounts\.(grant|revoke)-role$/,
        'subject.id': userId,
      }),
    ).toBe(3);
  });

  test('the last administrator stays, also when two give up at once', async () => {
    await User.updateMany({}, { $pull: { grants: { role: 'administrator' } } });
    const first = await signedIn(app, { grants: [SITE] });
    const take = (client: typeof first.client, userId: string) =>
      client.post(`/admin/users/${userId}/roles/take`, SITE);
    expect((await take(first.client, first.userId)).status).toBe(409);
    const second = await signedIn(app, { grants: [SITE] });
    const answers = await Promise.all([
      take(first.client, first.userId),
      take(second.client, second.userId),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await User.countDocuments({ grants: { $elemMatch: SITE } })).toBe(1);
  });
});
