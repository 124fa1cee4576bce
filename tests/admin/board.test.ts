import { WHOLE_SITE } from '../../src/modules/accounts';
import { useApp } from '../support/app';
import { signedIn } from '../support/factories/accounts';

const app = useApp();

test('the board is for administrators of the site, reads only, and loads nothing from elsewhere', async () => {
  const { client } = await signedIn(app, {
    grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
  });
  const page = await client.get('/admin/board');
  expect(page.status).toBe(200);
  expect(page.text).not.toMatch(/(src|href)="(https?:)?\/\//);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('http');
  for (const [, file] of page.text.matchAll(/(?:src|href)="(static\/[^"]+)"/g)) {
    const { status } = await client.get(`/admin/board/${file}`);
    expect({ file, status }).toEqual({ file, status: 200 });
  }
  const { body } = await client.getJson('/admin/board/api/queues?page=1');
  expect(
    body.queues.map((queue: { name: string; readOnlyMode: boolean }) => [
      queue.name,
      queue.readOnlyMode,
    ]),
  ).toEqual(['default', 'mail', 'documents', 'imports'].map((name) => [name, true]));
  // The policy of every other page stays strict.
  const { headers } = await client.get('/admin/queues');
  expect(headers['content-security-policy']).not.toContain('unsafe-inline');
  const worker = await signedIn(app);
  expect((await worker.client.get('/admin/board')).status).toBe(403);
  expect((await worker.client.get('/admin/board/api/queues')).status).toBe(403);
  expect((await client.post('/admin/board/api/queues/mail/clean/failed')).status).toBe(404);
});
