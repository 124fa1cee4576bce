import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { serverOf } from '../../src/web/server';

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

const listen = (app: express.Express): Promise<string> => {
  server = serverOf(app, { keepAliveTimeout: 1_000 });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
};

test('requests and answers are born as what express would make of them', async () => {
  const app = express();
  let same: boolean[] = [];
  app.get('/', (req, res) => {
    same = [req, res].map((each) => Object.getPrototypeOf(each) === each.constructor.prototype);
    res.vary('Cookie').json({
      app: req.app === app && res.app === app,
      header: req.get('x-word'),
      fresh: req.fresh,
    });
  });
  const answer = await fetch(await listen(app), { headers: { 'x-word': 'kelas' } });
  expect(await answer.json()).toEqual({ app: true, header: 'kelas', fresh: false });
  expect(answer.headers.get('vary')).toBe('Cookie');
  expect(same).toEqual([true, true]);
});

test('an application inside another has its own, and the outer one its own again', async () => {
  const inner = express();
  inner.get('/in', (req, res) => void res.send(String(req.app === inner)));
  const app = express();
  app.use(inner);
  app.get('/out', (req, res) => void res.send(String(req.app === app)));
  const base = await listen(app);
  const texts = await Promise.all(
    ['/in', '/out'].map(async (path) => (await fetch(base + path)).text()),
  );
  expect(texts).toEqual(['true', 'true']);
});
