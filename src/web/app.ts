import path from 'node:path';
import express, { type Express, type RequestHandler } from 'express';
import { NotFound } from '../platform/errors';
import { errorHandler, isRead, mount } from '../platform/http';
import { DIST } from '../platform/paths';
import type { Platform, Room } from '../platform/platform';
import { healthRoutes } from './health';
import { assets } from './middleware/assets';
import { cookies } from './middleware/cookies';
import { requestContext } from './middleware/request-context';
import { security } from './middleware/security';
import { sessions } from './middleware/session';
import { timeLimit } from './middleware/time-limit';
import { visitor } from './middleware/visitor';

const REQUEST_LIMIT_MS = 30_000;

/** For requests that may have a body: a page is asked for without one. */
const ofChanges =
  (handler: RequestHandler): RequestHandler =>
  (req, res, next) =>
    isRead(req) ? next() : handler(req, res, next);

/** The whole site: what every request passes, in this order. */
export function createApp(platform: Platform, rooms: readonly Room[]): Express {
  const { config, renderer, csrf, secureCookies } = platform;
  const mounting = { renderer, secureCookies, protect: csrf.protect };
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.set('etag', false);
  app.use(requestContext(platform.metrics));
  app.use(security(config));
  app.use('/assets', assets(path.join(DIST, 'public/assets')));
  app.use(timeLimit(REQUEST_LIMIT_MS));
  app.use(cookies);
  app.use(mount(healthRoutes(platform), mounting));
  app.use(sessions({ secret: config.sessionSecret ?? '', secure: secureCookies }));
  const places = rooms.flatMap((room) => room.navigation ?? []);
  app.use(visitor(config.timeZone, places));
  // Behind those who know the reader: a form that is refused here is refused in their language.
  for (const read of [
    express.urlencoded({ extended: false, limit: '200kb', parameterLimit: 2_000 }),
    express.json({ limit: '200kb' }),
  ])
    app.use(ofChanges(read));
  app.use(
    mount(
      rooms.flatMap(({ routes }) => routes),
      mounting,
    ),
  );
  app.use(() => {
    throw new NotFound();
  });
  app.use(errorHandler(renderer));
  return app;
}
