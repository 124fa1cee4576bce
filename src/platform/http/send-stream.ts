import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { packStream } from './pack-stream';

/** Sends a body piece by piece, as fast as it is taken. Whoever closes the page ends it: that is no fault. */
export async function sendStream(
  res: Response,
  body: AsyncIterable<string | Buffer>,
): Promise<void> {
  packStream(res);
  try {
    await pipeline(Readable.from(body), res);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
