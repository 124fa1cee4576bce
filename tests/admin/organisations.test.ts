import { grantRole, WHOLE_SITE } from '../../src/modules/accounts';
import {
  addMembership,
  createOrganisation,
  findOrganisation,
  findOrganisationByCode,
} from '../../src/modules/organisations';
import { AuditLog } from '../../src/platform/audit';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { makePerson, signedIn } from '../support/factories/accounts';

const app = useApp();
let site: Client;
let rail: string;
let port: string;

beforeAll(async () => {
  ({ client: site } = await signedIn(app, {
    grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
  }));
  const zone = { timeZone: 'Asia/Singapore' };
  rail = (await createOrganisation({ code: 'rail', name: 'Rail', kind: 'union', ...zone })).id;
  port = (await createOrganisation({ code: 'port', name: 'Port', kind: 'union', ...zone })).id;
});

const plant = (client: Client, fields: Record<string, string>) =>
  client.post('/admin/organisations/new', fields);

describe('the tree of organisations', () => {
  test('grows by its form, which says what is wrong beside the field', async () => {
    const form = { name: 'Nurses', code: 'nurses', kind: 'union', timeZone: 'Asia/Singapore' };
    expect((await plant(site, { ...form, timeZone: 'Mars/Olympus' })).status).toBe(422);
    expect((await plant(site, { ...form, timeZone: '' })).text).toContain(
      'id="field-timeZone-error"',
    );
    expect((await plant(site, { ...form, code: 'Not a code' })).text).toContain(
      'id="field-code-error"',
    );
    expect((await plant(site, { ...form, code: 'rail' })).text).toContain('id="field-code-error"');
    const wrong = await plant(site, { ...form, kind: 'branch' });
    expect(wrong.text).toContain('id="field-kind-error"');
    expect(wrong.text).toContain('value="Nurses"');
    const made = await site.follow(await plant(site, form));
    expect(made.text).toContain('Nurses');
    const nurses = await findOrganisationByCode('nurses');
    const branch = await plant(site, {
      parentId: nurses?.id ?? '',
      name: 'Ward 9',
      code: 'ward-9',
      kind: 'branch',
    });
    expect(branch.status).toBe(303);
    expect(await findOrganisationByCode('ward-9')).toMatchObject({
      parentId: nurses?.id,
      timeZone: 'Asia/Singapore',
    });
    expect((await site.get('/admin/organisations')).text).toContain('Ward 9');
  });

  test('a name changes in every language, the code stays', async () => {
    const at = `/admin/organisations/${port}`;
    expect((await site.post(at, { name: ' ' })).status).toBe(422);
    const done = await site.post(at, { name: '<b>Port', 'name.zh': '港口工会', 'name.ms': '' });
    const page = await site.follow(done);
    expect(page.text).toContain('&lt;b&gt;Port');
    expect(await findOrganisation(port)).toMatchObject({
      code: 'port',
      name: '<b>Port',
      names: { zh: '港口工会' },
    });
    expect(await AuditLog.findOne({ action: 'organisations.rename' }).lean()).toMatchObject({
      before: { name: 'Port' },
      after: { name: '<b>Port', names: { zh: '港口工会' } },
    });
  });

  test('what is closed takes nothing new, and opens again', async () => {
    const { id: branch } = await createOrganisation({
      code: 'rail-east',
      name: 'East',
      kind: 'branch',
      parentId: rail,
    });
    const act = (id: string, name: string) => site.post(`/admin/organisations/${id}/${name}`);
    expect((await act(rail, 'close')).status).toBe(409);
    expect((await act(branch, 'close')).status).toBe(303);
    expect((await act(rail, 'close')).status).toBe(303);
    expect((await site.get(`/admin/organisations/${rail}`)).text).toContain('Closed');
    const { userId } = await makePerson();
    const join = {
      userId,
      organisationId: branch,
      kind: 'union-member',
      startsOn: '2026-01-01',
    } as const;
    await expect(addMembership(join)).rejects.toMatchObject({ code: 'closed' });
    const below = { name: 'West', code: 'rail-west', kind: 'branch', parentId: rail };
    expect((await plant(site, below)).status).toBe(409);
    expect((await act(branch, 'reopen')).status).toBe(409);
    expect((await act(rail, 'reopen')).status).toBe(303);
    expect((await act(branch, 'reopen')).status).toBe(303);
    await addMembership(join);
  });

  test('an administrator of a part builds in it, and sees who holds roles there', async () => {
    const { client, userId } = await signedIn(app, {
      name: 'Rail Administrator',
      grants: [{ role: 'administrator', organisationId: rail }],
    });
    await grantRole(userId, { role: 'trainer', organisationId: port });
    const list = await client.get('/admin/organisations');
    expect(list.text).toContain('Rail');
    expect(list.text).not.toContain('Port');
    expect((await client.get(`/admin/organisations/${rail}`)).text).toContain('Rail Administrator');
    expect((await client.get(`/admin/organisations/${port}`)).status).toBe(404);
    expect((await client.post(`/admin/organisations/${port}/close`)).status).toBe(404);
    expect((await client.get('/admin/organisations/new')).status).toBe(404);
    expect((await client.get(`/admin/organisations/new?parentId=${port}`)).status).toBe(404);
    const form = { name: 'North', code: 'rail-north', kind: 'branch' };
    expect((await plant(client, { ...form, parentId: port })).status).toBe(404);
    expect((await plant(client, form)).status).toBe(404);
    expect((await plant(client, { ...form, parentId: rail })).status).toBe(303);
  });
});
