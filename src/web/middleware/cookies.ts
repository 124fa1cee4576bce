import cookieParser from 'cookie-parser';
import type { RequestHandler } from 'express';

const parse = cookieParser();

/**
 * Cookies as texts. cookie-parser reads one that begins with `j:` as JSON; none of ours does, and
 * whoever sets one (another site of the same domain can) must not break every page with it.
 */
export const cookies: RequestHandler = (req, res, next) => {
  parse(req, res, (error?: unknown) => {
    const given: Record<string, unknown> = req.cookies ?? {};
    for (const [name, value] of Object.entries(given))
      if (typeof value !== 'string') delete given[name];
    next(error);
  });
};
