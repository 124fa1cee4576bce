import { createHash } from 'node:crypto';
import { packStream } from './pack-stream';
import type { Exchange } from './route';

/**
 * Sends what anyone may keep for a while and any site may read: documents for programs. An `If-None-Match`
 * that fits is answered with 304.
 * @param maxAge seconds
 */
export function sendCacheable(
  { req, res }: Exchange,
  content: {
    type: string;
    body: string | Buffer;
    maxAge: number;
    /** Name under which a browser saves it. */
    download?: string;
  },
): void {
  const etag = createHash('sha256').update(content.body).digest('base64url').slice(0, 27);
  res.set({
    // Weak: the same document may go over the wire packed or not.
    ETag: `W/"${etag}"`,
    'Cache-Control': `public, max-age=${content.maxAge}`,
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
  });
  if (req.fresh) {
    res.status(304).end();
    return;
  }
  res.set('Content-Type', content.type);
  if (content.download !== undefined)
    res.set('Content-Disposition', `attachment; filename="${content.download}"`);
  packStream(res);
  res.end(content.body);
}
