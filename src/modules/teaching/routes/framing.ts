import type { Response } from 'express';

const HEADER = 'Content-Security-Policy';

const change = (res: Response, edit: (policy: string) => string): void => {
  res.set(HEADER, edit(String(res.getHeader(HEADER) ?? '')));
};

/** The page may stand in a frame of this site: a preview in the width of a phone. */
export const mayBeFramed = (res: Response): void =>
  change(res, (policy) => policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'"));

/** The page may hold a frame of this site. */
export const mayFrame = (res: Response): void =>
  change(res, (policy) => `${policy};frame-src 'self'`);
