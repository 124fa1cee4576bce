import { useApp } from '../support/app';
import { mailsTo } from '../support/mails';

describe('mails of the demonstration', () => {
  const app = useApp({ KELAS_DEMO: 'true' });

  test('are listed and read, with links that can be followed', async () => {
    const empty = await app.client().get('/dev/mail');
    expect(empty.status).toBe(200);
    expect(empty.text).toContain('No mail yet');
    const mailer = app.platform.mailer;
    await mailer.send({
      to: 'reader@example.org',
      subject: 'உங்கள் சான்றிதழ் தயார்: வேலையில் செயற்கை நுண்ணறிவு, அடிப்படைகள் மற்றும் பல',
      text: 'வணக்கம் <b>Ravi</b>,\n\nSee my certificate:\nhttp://127.0.0.1:3000/certificates/1?a=1&b=2\n\n--\n\nLast line = 100 % done.',
      html: '<p>the same</p>',
      lang: 'ta-SG',
      key: 'certificate-ready-1',
    });
    const list = await app.client().get('/dev/mail');
    expect(list.text).toContain('உங்கள் சான்றிதழ் தயார்: வேலையில் செயற்கை நுண்ணறிவு, அடிப்படைகள் மற்றும் பல');
    const href = /href="(\/dev\/mail\/[^"]+)"/.exec(list.text)?.[1] ?? '';
    const page = await app.client().get(href);
    expect(page.text).toContain('வணக்கம் &lt;b&gt;Ravi&lt;/b&gt;,');
    expect(page.text).toContain('href="http://127.0.0.1:3000/certificates/1?a=1&amp;b=2"');
    expect(page.text).toContain('Last line = 100 % done.');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(await mailsTo(app, 'reader@example.org')).toHaveLength(1);
  });

  test.each(['/dev/mail/nothing', '/dev/mail/..%2f..%2fsession-secret', '/dev/mail/a.b'])(
    '%s is not there',
    async (path) => {
      expect((await app.client().get(path)).status).toBe(404);
    },
  );
});

describe('anywhere else', () => {
  const app = useApp();

  test('there is no such page', async () => {
    expect((await app.client().get('/dev/mail')).status).toBe(404);
    expect((await app.client().get('/dev/mail/x')).status).toBe(404);
  });
});
