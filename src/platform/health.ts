import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { pingDb } from './db';
import type { Metrics } from './metrics';
import { outboxLag } from './outbox';
import type { Platform } from './platform';

/** Seconds that an event may wait before the site counts as not ready to work. */
const MAX_LAG_SECONDS = 300;

export interface Readiness {
  readonly ready: boolean;
  readonly database: boolean;
  readonly redis: boolean;
  /** null while the database does not answer. */
  readonly outboxLagSeconds: number | null;
}

/** Whether what this process needs answers now. */
export async function readiness(platform: Pick<Platform, 'redis'>): Promise<Readiness> {
  const database = await pingDb();
  const redis = await platform.redis.ping().then(
    () => true,
    () => false,
  );
  const outboxLagSeconds = database ? Math.round(await outboxLag()) : null;
  const ready =
    database && redis && outboxLagSeconds !== null && outboxLagSeconds <= MAX_LAG_SECONDS;
  return { ready, database, redis, outboxLagSeconds };
}

export const countLag = (metrics: Metrics): void =>
  metrics.gauge(
    'kelas_outbox_lag_seconds',
    'Age of the oldest event that waits to be passed on',
    outboxLag,
  );

const LOOPBACK = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];

/** Metrics are for this machine itself, and for who has the token. */
export function mayReadMetrics(req: IncomingMessage, token: string | undefined): boolean {
  const isHere =
    LOOPBACK.includes(req.socket.remoteAddress ?? '') &&
    req.headers['x-forwarded-for'] === undefined;
  if (isHere) return true;
  const given = Buffer.from(req.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token ?? ''}`);
  return token !== undefined && given.length === wanted.length && timingSafeEqual(given, wanted);
}
