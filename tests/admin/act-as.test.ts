import { grantRole, WHOLE_SITE } from '../../src/modules/accounts';
import { AuditLog } from '../../src/platform/audit';
import { MINUTE, now, setClock } from '../../src/shared/clock';
import { useApp } from '../support/app';
import { PASSWORD, signedIn } from '../support/factories/accounts';

const app = useApp();
const SITE = { role: 'administrator', organisationId: WHOLE_SITE } as const;

afterEach(() => setClock());

const makeBoth = async () => {
  const administrator = await signedIn(app, { name: 'Admin Tan', grants: [SITE] });
  const worker = await signedIn(app, { name: 'Worker Lim' });
  const begin = () => administrator.client.post(`/admin/users/${worker.userId}/act-as`);
  return { administrator, worker, begin, client: administrator.client };
};

describe('acting as another person', () => {
  test('is shown on every page with a way out, and both names are written down', async () => {
    const { administrator, worker, begin, client } = await makeBoth();
    const page = await client.get(`/admin/users/${worker.userId}`);
    expect(page.text).toContain(`/admin/users/${worker.userId}/act-as`);
    const learn = await client.follow(await begin());
    expect(learn.text).toContain('You act as Worker Lim');
    for (const path of ['/learn', '/courses', '/me', '/certificates', '/notifications']) {
      const { text } = await client.get(path);
      expect({ path, said: text.includes('action="/act-as/end"') }).toEqual({ path, said: true });
    }
    expect((await client.get('/me')).text).toContain(worker.email);
    expect((await client.get('/admin')).status).toBe(403);
    // The person themselves sees nothing of it.
    expect((await worker.client.get('/me')).text).not.toContain('/act-as/end');

    await client.post('/me/notifications', {});
    const done = await AuditLog.findOne({ action: 'notifications.choose-mails' }).lean();
    expect(done).toMatchObject({ userId: worker.userId, byUserId: administrator.userId });

    const ended = await client.post('/act-as/end');
    const back = await client.follow(ended);
    expect(back.status).toBe(200);
    expect(back.text).not.toContain('action="/act-as/end"');
    const log = await client.get(`/admin/audit?who=${administrator.userId}`);
    expect(log.text).toContain('Admin Tan as Worker Lim');
    expect(await AuditLog.countDocuments({ action: /act-as$/, 'subject.id': worker.userId })).toBe(
      2,
    );
    expect((await client.post('/act-as/end')).status).toBe(404);
  });

  test('changes no password, address or session, takes no data along and deletes nobody', async () => {
    const { worker, begin, client } = await makeBoth();
    await begin();
    await client.get('/me');
    const answers = [
      await client.get('/me/password'),
      await client.post('/me/password', {
        currentPassword: PASSWORD,
        newPassword: 'another one 77',
      }),
      await client.post('/me/email', { email: 'new@example.org', currentPassword: PASSWORD }),
      await client.post('/me/name', { name: 'Someone Else' }),
      await client.post('/me/sessions/end-others'),
      await client.get('/me/data/download'),
      await client.post('/me/data/delete', {
        certificateNames: 'remove',
        currentPassword: PASSWORD,
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
    expect((await worker.client.get('/me')).text).toContain('Worker Lim');
  });

  test('ends after half an hour, and at once when the role is gone', async () => {
    const { worker, begin, client } = await makeBoth();
    await begin();
    const start = now();
    setClock(() => new Date(start.getTime() + 29 * MINUTE));
    expect((await client.get('/me')).text).toContain(worker.email);
    setClock(() => new Date(start.getTime() + 31 * MINUTE));
    const { text } = await client.get('/me');
    expect(text).toContain('Admin Tan');
    expect(text).not.toContain('/act-as/end');
    expect((await client.get('/admin')).status).toBe(200);
    setClock();
    await begin();
    // Whoever becomes administrator is nobody’s mask any more.
    await grantRole(worker.userId, { role: 'administrator', organisationId: 'f'.repeat(24) });
    expect((await client.get('/me')).text).toContain('Admin Tan');
  });

  test('is never for another administrator, and only for those of the whole site', async () => {
    const { administrator, worker, client } = await makeBoth();
    const other = await signedIn(app, {
      grants: [{ role: 'administrator', organisationId: 'a'.repeat(24) }],
    });
    expect((await client.post(`/admin/users/${other.userId}/act-as`)).status).toBe(403);
    expect((await client.post(`/admin/users/${administrator.userId}/act-as`)).status).toBe(403);
    const page = await client.get(`/admin/users/${other.userId}`);
    expect(page.text).not.toContain('/act-as"');
    expect((await other.client.post(`/admin/users/${worker.userId}/act-as`)).status).toBe(403);
    expect((await worker.client.post(`/admin/users/${other.userId}/act-as`)).status).toBe(403);
  });
});
