import type { RequestHandler } from 'express';
import { Unavailable } from '../../platform/errors';

/** Ends a request that no handler has answered in time. Streams that have begun go on. */
export function timeLimit(ms: number): RequestHandler {
  return (_req, res, next) => {
    const timer = setTimeout(() => {
      if (!res.headersSent) next(new Unavailable());
    }, ms);
    timer.unref();
    res.once('close', () => clearTimeout(timer));
    next();
  };
}
