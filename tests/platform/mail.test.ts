import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../src/platform/config';
import { createMailer, type Mail } from '../../src/platform/mail';

const mail: Mail = {
  to: 'mei@example.org',
  subject: '证书已就绪',
  text: 'Your certificate is ready.',
  html: '<p>Your certificate is ready.</p>',
  lang: 'zh',
  key: 'certificate-ready-1',
};

/** A mail server of one conversation at a time that keeps what it is told. */
function fakeSmtp(received: string[]): Server {
  return createServer((socket) => {
    let data = false;
    socket.write('220 fake\r\n');
    socket.on('data', (chunk) => {
      const words = chunk.toString();
      if (data) {
        received.push(words);
        if (words.endsWith('\r\n.\r\n')) {
          data = false;
          socket.write('250 ok\r\n');
        }
      } else if (/^EHLO/i.test(words)) socket.write('250 fake\r\n');
      else if (/^DATA/i.test(words)) {
        data = true;
        socket.write('354 go on\r\n');
      } else if (/^QUIT/i.test(words)) socket.end('221 bye\r\n');
      else socket.write('250 ok\r\n');
    });
  });
}

describe('mail', () => {
  test('without a server it is a file, one for each fact', async () => {
    const data = await mkdtemp(path.join(os.tmpdir(), 'kelas-mail-'));
    const mailer = createMailer(loadConfig({ KELAS_DATA: data }));
    await mailer.send(mail);
    await mailer.send(mail);
    const files = await readdir(path.join(data, 'mail'));
    expect(files).toEqual(['certificate-ready-1.eml']);
    const written = await readFile(path.join(data, 'mail', files[0]!), 'utf8');
    expect(written).toContain('To: mei@example.org');
    expect(written).toContain('Message-ID: <certificate-ready-1@127.0.0.1>');
    expect(written).toContain('Auto-Submitted: auto-generated');
    await rm(data, { recursive: true });
  });

  test('with a server it goes there', async () => {
    const received: string[] = [];
    const server = fakeSmtp(received);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await createMailer(loadConfig({ SMTP_URL: `smtp://127.0.0.1:${port}?ignoreTLS=true` })).send(
      mail,
    );
    server.close();
    expect(received.join('')).toContain('Your certificate is ready.');
  });
});
