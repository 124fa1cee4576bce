import { createServer, type IncomingMessage, type Server } from 'node:http';
import { countLag, mayReadMetrics, readiness } from '../platform/health';
import { logger } from '../platform/logger';
import type { Platform } from '../platform/platform';

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const plain = (status: number, text: string): Reply => ({ status, type: 'text/plain', text });

async function answer(req: IncomingMessage, platform: Platform): Promise<Reply> {
  const { registry } = platform.metrics;
  if (req.method !== 'GET') return plain(405, 'only GET\n');
  if (req.url === '/healthz') return plain(200, 'ok\n');
  if (req.url === '/readyz') {
    const state = await readiness(platform);
    const text = JSON.stringify(state);
    return { status: state.ready ? 200 : 503, type: 'application/json', text };
  }
  if (req.url === '/metrics' && mayReadMetrics(req, platform.config.metricsToken))
    return { status: 200, type: registry.contentType, text: await registry.metrics() };
  return plain(404, 'not found\n');
}

/**
 * The worker's own `/healthz`, `/readyz` and `/metrics`, where WORKER_PORT gives it a port: the times
 * of jobs are known in the worker only.
 * @throws when the port is taken
 */
export async function openHealthDoor(platform: Platform): Promise<Server | null> {
  const { workerPort, host } = platform.config;
  if (workerPort === undefined) return null;
  countLag(platform.metrics);
  const server = createServer({ requestTimeout: 10_000 }, (req, res) => {
    answer(req, platform)
      .catch((error: unknown) => {
        logger.error({ err: error, path: req.url }, 'the health of the worker cannot be told');
        return plain(500, 'error\n');
      })
      .then(({ status, type, text }) => res.writeHead(status, { 'Content-Type': type }).end(text));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(workerPort, host, resolve);
  });
  return server;
}
