import { Redis, type RedisOptions } from 'ioredis';
import { logger } from './logger';

/** `redis://…`, `rediss://…` or `unix:/path` as options for the client. */
function parse(url: string): RedisOptions {
  if (url.startsWith('unix:')) return { path: url.slice('unix:'.length) };
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: port === '' ? 6379 : Number(port),
    db: Number(pathname.slice(1) || 0),
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

/**
 * A client that reconnects for ever. `failFast` for requests: a command fails at once while redis
 * is away, instead of waiting for it. Without it the client waits, as the queue's workers must.
 */
export function createRedis(url: string, options: { failFast: boolean }): Redis {
  const settings: Omit<RedisOptions, 'replyMapping'> = {
    ...parse(url),
    maxRetriesPerRequest: options.failFast ? 0 : null,
    enableOfflineQueue: !options.failFast,
    ...(options.failFast ? { commandTimeout: 1_000 } : {}),
    // Ending while redis is away otherwise holds the process for two seconds.
    disconnectTimeout: 250,
    retryStrategy: (times: number) => Math.min(100 * times, 2_000),
  };
  const client = new Redis(settings);
  let away = false;
  client.on('error', (error) => {
    if (!away) logger.warn({ err: error }, 'redis does not answer; trying again until it does');
    away = true;
  });
  client.on('ready', () => {
    if (away) logger.info('redis answers again');
    away = false;
  });
  return client;
}

export type { Redis };
