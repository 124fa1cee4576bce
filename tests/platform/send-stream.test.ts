import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Response } from 'express';
import { sendStream } from '../../src/platform/http';

/** What becomes of a body that a client takes a piece of, and then closes the page when told to. */
async function send(body: AsyncIterable<string>, closes: boolean): Promise<unknown> {
  const server = createServer();
  const outcome = new Promise<unknown>((resolve) => {
    server.on('request', (_req, res) => {
      sendStream(res as unknown as Response, body).then(() => resolve('sent'), resolve);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  get({ port, host: '127.0.0.1', agent: false }, (answer) => {
    answer.on('error', () => {});
    if (closes) answer.once('data', () => answer.destroy());
    else answer.resume();
  }).on('error', () => {});
  try {
    return await outcome;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function* endless(): AsyncGenerator<string> {
  for (;;) yield 'x'.repeat(10_000);
}

async function* broken(): AsyncGenerator<string> {
  yield 'a little';
  throw new Error('The list is gone');
}

test('whoever closes the page while a file is sent has done nothing wrong', async () => {
  expect(await send(endless(), true)).toBe('sent');
});

test('a file that breaks off by itself is a fault', async () => {
  expect(await send(broken(), false)).toMatchObject({ message: 'The list is gone' });
});
