import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import express from 'express';
import { sendPacked } from '../../src/platform/http/packed';

const text = 'Ω lesson, again and again. '.repeat(200);
const texts: Record<string, string> = {
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
  ['/huge', 'gzip, br', undefined],
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
