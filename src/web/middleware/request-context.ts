import type { RequestHandler } from 'express';
import { runInContext } from '../../platform/context';
import { logger } from '../../platform/logger';
import type { Metrics } from '../../platform/metrics';
import { shortId } from '../../shared/ids';

/** Gives each request an id, logs its end and counts it. */
export function requestContext(metrics: Metrics): RequestHandler {
  return (req, res, next) => {
    const requestId = shortId();
    const started = process.hrtime.bigint();
    res.set('X-Request-Id', requestId);
    runInContext({ requestId, ...(req.ip ? { ip: req.ip } : {}) }, () => {
      res.once('close', () => {
        const seconds = Number(process.hrtime.bigint() - started) / 1e9;
        const pattern: unknown = req.route?.path;
        const route = typeof pattern === 'string' ? pattern : 'none';
        metrics.request(req.method, route, res.statusCode, seconds);
        if (route !== 'none') {
          logger.info(
            { method: req.method, route, status: res.statusCode, ms: Math.round(seconds * 1000) },
            'request',
          );
        }
      });
      next();
    });
  };
}
