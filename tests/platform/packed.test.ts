import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import express from 'express';
import { sendPacked } from '../../src/platform/http/packed';

const text = 'Ω lesson, again and again. '.repeat(200);
/** Words that are as good as never the same: a little over 8 KB of them when packed quickly. */
const words = Array.from({ length: 1_700 }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 0).join(
  ' ',
);
const texts: Record<string, string> = {
  '/words': words,
  '/words-and-picture': `${words}<img>`,
  '/short': 'short',
  '/page': text,
  '/long': text.repeat(20),
  '/huge': text.repeat(80),
};
let server: Server;

beforeAll(async () => {
  const app = express();
  app.get('/*path', (req, res) => {
    res.type('html');
    sendPacked(req, res, texts[req.path] ?? '');
  });
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** The bytes as they come, which fetch would unpack. */
function ask(path: string, accepted?: string) {
  const { port } = server.address() as AddressInfo;
  return new Promise<{ coding: string | undefined; vary: string | undefined; bytes: Buffer }>(
    (resolve, reject) => {
      const headers = accepted === undefined ? {} : { 'accept-encoding': accepted };
      const request = get({ port, path, headers, host: '127.0.0.1' }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({
            coding: answer.headers['content-encoding'],
            vary: answer.headers['vary'],
            bytes: Buffer.concat(parts),
          }),
        );
      });
      request.on('error', reject);
    },
  );
}

test.each([
  ['/page', 'gzip, deflate, br', 'br'],
  ['/long', 'gzip, deflate, br, zstd', 'br'],
  ['/page', 'gzip', 'gzip'],
  ['/page', 'gzip, br;q=0', 'gzip'],
  ['/page', 'gzip;q=0.5, br; q=0.0', 'gzip'],
  ['/page', 'deflate', undefined],
  ['/page', 'gzip;q=0', undefined],
  ['/page', undefined, undefined],
  ['/short', 'gzip, br', undefined],
  ['/huge', 'gzip, br', 'br'],
  ['/huge', undefined, undefined],
])('%s for who takes %s is sent as %s', async (path, accepted, coding) => {
  const answer = await ask(path, accepted);
  expect(answer.coding).toBe(coding);
  const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
  const bytes = coding === undefined ? answer.bytes : unpack[coding as 'br'](answer.bytes);
  expect(bytes.toString('utf8')).toBe(texts[path]);
  if (coding !== undefined) {
    expect(answer.vary).toBe('Accept-Encoding');
    expect(answer.bytes.length).toBeLessThan(bytes.length / 5);
  }
});

test('a page that is heavy beside its pictures is packed more slowly, and smaller', async () => {
  const alone = await ask('/words', 'br');
  const withPicture = await ask('/words-and-picture', 'br');
  expect(alone.bytes.length).toBeGreaterThan(8_000);
  expect(alone.bytes.length).toBeLessThanOrEqual(9_000);
  expect(withPicture.bytes.length).toBeLessThan(alone.bytes.length);
});
