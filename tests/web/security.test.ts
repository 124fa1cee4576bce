import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { useApp } from '../support/app';
import { signedIn } from '../support/factories/accounts';

const site = useApp();

describe('what every answer carries', () => {
  test('a strict content security policy, and nothing that tells the make', async () => {
    const { headers } = await site.client().get('/courses');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-powered-by']).toBeUndefined();
  });

  test('no page has inline scripts, styles or handlers, or names another site', async () => {
    for (const path of ['/', '/courses', '/verify', '/sign-in', '/sign-up', '/nothing-here']) {
      const { text } = await site.client().get(path);
      expect(text).not.toMatch(/<script(?![^>]*\bsrc="\/assets\/|[^>]*application\/ld\+json)/);
      expect(text).not.toMatch(/\sstyle="|<style|\son[a-z]+="|javascript:/);
      expect(text).not.toMatch(/(?:src|href)="https?:\/\/(?!127\.0\.0\.1)/);
    }
  });

  test('a stranger gets no session', async () => {
    const { headers } = await site.client().get('/courses');
    expect(String(headers['set-cookie'] ?? '')).not.toContain('kelas_session');
  });
});

describe('errors', () => {
  test('a page that is not there: a page with an error number, in the reader’s language', async () => {
    const response = await site.client().get('/nothing-here', { 'Accept-Language': 'ms' });
    expect(response.status).toBe(404);
    expect(response.text).toContain('Halaman tidak dijumpai');
    expect(response.text).toMatch(/[2-9a-hj-km-np-tv-z]{10}/);
  });

  test('the same for programs', async () => {
    const response = await site.client().getJson('/nothing-here');
    expect(response.status).toBe(404);
    expect(response.body).toEqual({
      error: {
        code: 'not-found',
        message: expect.any(String),
        errorId: expect.stringMatching(/^[2-9a-z]{10}$/),
      },
    });
  });

  test('a form without its token, or with another’s, changes nothing', async () => {
    const client = site.client();
    const bare = await client.postBare('/preferences', { language: 'ta' });
    expect(bare.status).toBe(403);
    const stolen = await site.client().token();
    const forged = await client.postBare('/preferences', { language: 'ta', _csrf: stolen });
    expect(forged.status).toBe(403);
    expect(forged.text).not.toMatch(/\n\s+at \S+ \(/);
    expect(String(forged.headers['set-cookie'] ?? '')).not.toContain('kelas_preferences');
  });

  test('a body that is too large is refused in the reader’s language, and spoils no open form', async () => {
    const { client } = await signedIn(site, { language: 'ms' });
    await client.get('/me');
    const open = await client.token();
    const refused = await client.post('/preferences', { language: 'x'.repeat(300_000) });
    expect(refused.status).toBe(413);
    expect(refused.text).toContain('Tiada apa-apa disimpan.');
    const sent = await client.post('/preferences', { _csrf: open, language: 'ta' });
    expect(sent.status).toBe(303);
  });

  test.each(['kelas_csrf', 'kelas_session', 'kelas_preferences', 'kelas_flash'])(
    'a cookie %s that says it is JSON is no cookie of ours, and breaks no page',
    async (name) => {
      const headers = { Cookie: `${name}=j:${encodeURIComponent('{"a":1}')}` };
      expect((await site.client().get('/sign-in', headers)).status).toBe(200);
      const sent = await site.client().post('/sign-in', { _csrf: 'none' }, headers);
      expect(sent.status).toBe(403);
    },
  );

  test('what is asked of the whole server is refused, not a crash', async () => {
    const status = await new Promise((resolve, reject) => {
      const server = createServer(site.app).listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        request({ port, host: '127.0.0.1', method: 'OPTIONS', path: '*' }, (answer) => {
          answer.resume();
          server.close();
          resolve(answer.statusCode);
        })
          .on('error', reject)
          .end();
      });
    });
    expect(status).toBe(404);
  });

  test('broken encoding and broken addresses are refused, not crashes', async () => {
    for (const path of ['/courses/%E0%A4%A', '/verify/%00', '/learn/%ff/%fe']) {
      const { status, text } = await site.client().get(path);
      expect(status).toBeGreaterThanOrEqual(300);
      expect(status).toBeLessThan(500);
      expect(text).not.toContain('node_modules');
    }
  });

  test('someone who must sign in is sent there and comes back', async () => {
    const response = await site.client().get('/learn?x=1');
    expect(response.status).toBe(303);
    expect(response.headers['location']).toBe('/sign-in?returnTo=%2Flearn%3Fx%3D1');
    expect((await site.client().getJson('/learn')).status).toBe(401);
  });
});

describe('health', () => {
  test('the process lives and what it needs answers', async () => {
    expect((await site.client().get('/healthz')).text).toBe('ok\n');
    const ready = await site.client().getJson('/readyz');
    expect(ready.body).toEqual({ ready: true, database: true, redis: true, outboxLagSeconds: 0 });
  });

  test('metrics are for this machine or for the one with the token', async () => {
    await site.client().get('/courses');
    const own = await site.client().get('/metrics');
    expect(own.status).toBe(200);
    expect(own.text).toContain('kelas_http_request_seconds_count');
    expect(own.text).toContain('kelas_outbox_lag_seconds');
    const forwarded = await site.client().get('/metrics', { 'X-Forwarded-For': '203.0.113.9' });
    expect(forwarded.status).toBe(404);
  });
});
