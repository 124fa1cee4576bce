import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import cookieParser from 'cookie-parser';
import express, { type Request } from 'express';
import { loadAssets } from '../../src/platform/assets';
import { ANONYMOUS } from '../../src/platform/authz';
import { loadConfig } from '../../src/platform/config';
import {
  createCsrf,
  createRenderer,
  makeVisitor,
  type PageOptions,
  type Preferences,
  setVisitor,
} from '../../src/platform/http';
import { DIST } from '../../src/platform/paths';
import { assets } from '../../src/web/middleware/assets';
import { security } from '../../src/web/middleware/security';

/** Pages that show every layout and component with the content of real ones. */
export const PAGES: Record<string, PageOptions & { anonymous?: boolean }> = {
  home: { title: 'Learn', active: 'learn' },
  catalogue: { title: 'Courses', active: 'courses', anonymous: true },
  lesson: {
    title: 'How a model learns from examples',
    layout: 'focus',
    active: 'learn',
    breadcrumbs: [
      { text: 'Learn', href: '/learn' },
      { text: 'AI at work: the basics', href: '/learn/ai-at-work' },
      { text: 'How a model learns from examples' },
    ],
  },
  quiz: {
    title: 'Check yourself',
    layout: 'focus',
    scripts: ['quiz.js'],
    active: 'learn',
    breadcrumbs: [{ text: 'AI at work: the basics', href: '/learn/ai-at-work' }],
  },
  form: { title: 'Join Kelas', anonymous: true },
  parts: {
    title: 'Every other component',
    breadcrumbs: [
      { text: 'Courses', href: '/catalogue' },
      { text: 'Reports', href: '/parts' },
      { text: 'October 2026' },
    ],
    active: 'me',
  },
  confirm: { title: 'Withdraw' },
  print: { title: 'Attendance', layout: 'print' },
};

const query = (req: Request, name: string, otherwise: string): string =>
  typeof req.query[name] === 'string' ? req.query[name] : otherwise;

export interface LookSite {
  readonly url: string;
  /** Forms that arrived, in order. */
  readonly received: { path: string; fields: Record<string, string> }[];
  close(): Promise<void>;
}

/**
 * The pages of tests/look/pages behind the real renderer and the real security headers.
 * `?lang=…&theme=…&textSize=…` choose how they are read.
 */
export async function startLookSite(publicDir = path.join(DIST, 'public')): Promise<LookSite> {
  const config = loadConfig({ NODE_ENV: 'test' });
  const csrf = createCsrf({ secret: 'look', secure: false, sessionOf: () => undefined });
  const renderer = createRenderer({
    assets: loadAssets(publicDir),
    csrf,
    baseUrl: config.baseUrl,
    demo: true,
  });
  const app = express();
  app.use(security(config));
  app.use('/assets', assets(path.join(publicDir, 'assets')));
  app.use(cookieParser());
  app.use(express.urlencoded({ extended: false }));
  const received: LookSite['received'] = [];
  app.post(/.*/, (req, res) => {
    received.push({ path: req.path, fields: req.body });
    if (req.body.answer === 'c') res.sendStatus(410);
    else res.redirect(303, '/home');
  });
  let asked = 0;
  app.get('/poll', (_req, res) => {
    asked += 1;
    if (asked % 2 === 0) res.set('X-Poll', 'done').send('<h2>Here it is</h2>');
    else res.sendStatus(204);
  });
  app.get('/:page', (req, res) => {
    const options = PAGES[req.params.page];
    if (!options) {
      res.sendStatus(404);
      return;
    }
    const preferences = {
      language: query(req, 'lang', 'en'),
      theme: query(req, 'theme', 'system'),
      textSize: query(req, 'textSize', 'normal'),
    } as Preferences;
    const user = options.anonymous
      ? null
      : { id: 'u1', name: 'Muthukrishnan s/o Raman', unread: 3, places: [] };
    const actor = user ? { id: user.id, grants: [] } : ANONYMOUS;
    setVisitor(req, makeVisitor(actor, user, preferences, 'Asia/Singapore'));
    renderer.page(req, res, `../tests/look/pages/${req.params.page}`, {}, options);
  });
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
