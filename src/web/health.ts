import { timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { pingDb } from '../platform/db';
import { NotFound } from '../platform/errors';
import { type Route, route } from '../platform/http';
import { outboxLag } from '../platform/outbox';
import type { Platform } from '../platform/platform';

/** Seconds that an event may wait before the site counts as not ready to work. */
const MAX_LAG_SECONDS = 300;

async function redisAnswers(platform: Platform): Promise<boolean> {
  return platform.redis.ping().then(
    () => true,
    () => false,
  );
}

const isLoopback = (req: Request): boolean =>
  ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(req.socket.remoteAddress ?? '') &&
  req.headers['x-forwarded-for'] === undefined;

function hasToken(req: Request, token: string | undefined): boolean {
  const given = Buffer.from(req.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token ?? ''}`);
  return token !== undefined && given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** `/healthz`: the process lives. `/readyz`: what it needs answers. `/metrics`: for Prometheus. */
export function healthRoutes(platform: Platform): Route[] {
  platform.metrics.gauge(
    'kelas_outbox_lag_seconds',
    'Age of the oldest event that waits to be passed on',
    outboxLag,
  );
  return [
    route({
      method: 'get',
      path: '/healthz',
      access: 'public',
      handler: ({ res }) => {
        res.type('text').send('ok\n');
      },
    }),
    route({
      method: 'get',
      path: '/readyz',
      access: 'public',
      handler: async ({ json }) => {
        const database = await pingDb();
        const redis = await redisAnswers(platform);
        const outboxLagSeconds = database ? Math.round(await outboxLag()) : null;
        const ready =
          database && redis && outboxLagSeconds !== null && outboxLagSeconds <= MAX_LAG_SECONDS;
        json({ ready, database, redis, outboxLagSeconds }, ready ? 200 : 503);
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      access: 'public',
      handler: async ({ req, res }) => {
        if (!isLoopback(req) && !hasToken(req, platform.config.metricsToken)) throw new NotFound();
        res.type(platform.metrics.registry.contentType);
        res.send(await platform.metrics.registry.metrics());
      },
    }),
  ];
}
