import { createBullBoard } from '@bull-board/api';
import { ExpressAdapter } from '@bull-board/express';
import ejs from 'ejs';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { NotFound } from '../../../platform/errors';
import { packStream, type Route, route } from '../../../platform/http';
import { type Queues, queuesOnBoard } from '../../../platform/queue';
import { siteAdministrator } from '../policy';

const PATH = '/admin/board';

/** Its pages have styles inside; everything still comes from this site alone. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function buildBoard(queues: Queues): RequestHandler {
  const adapter = new ExpressAdapter();
  adapter.setBasePath(PATH);
  createBullBoard({ queues: queuesOnBoard(queues), serverAdapter: adapter });
  const board = adapter.getRouter();
  // Its page asks a foreign server for a font: without that link it uses one of the system.
  board.engine(
    'ejs',
    (file: string, data: ejs.Data, done: (error: unknown, html?: string) => void) => {
      ejs
        .renderFile(file, data)
        .then((html: string) => done(null, html.replaceAll(/<link[^>]+https:[^>]+>/g, '')), done);
    },
  );
  return board;
}

/** bull-board, behind the sign-in: every job of every queue, to look at. */
export function boardRoutes(queues: () => Queues): Route[] {
  let board: RequestHandler | undefined;
  const show = ({ req, res }: { req: Request; res: Response }) =>
    new Promise<void>((resolve, reject) => {
      board ??= buildBoard(queues());
      res.set('Content-Security-Policy', POLICY);
      res.set('Cache-Control', 'private, no-store');
      res.once('close', resolve);
      packStream(res);
      req.url = req.originalUrl.slice(PATH.length).replace(/^(?!\/)/, '/');
      const next: NextFunction = (error) => reject(error ?? new NotFound());
      board(req, res, next);
    });
  return [PATH, `${PATH}/*rest`].map((path) =>
    route({ method: 'get', path, access: siteAdministrator, handler: show }),
  );
}
