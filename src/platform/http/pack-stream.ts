import { constants } from 'node:zlib';
import compression from 'compression';
import type { Response } from 'express';

const middleware = compression({ brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } } });

/**
 * Whatever is sent from here on is packed as it goes, when its type gains by it and the client takes
 * it. For files, and what programs read; a page goes in one piece by `sendPacked`, and does not pay
 * for what this lays around an answer.
 */
export function packStream(res: Response): void {
  middleware(res.req, res, () => undefined);
}
