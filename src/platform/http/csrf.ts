import { createHmac } from 'node:crypto';
import { doubleCsrf } from 'csrf-csrf';
import type { Request, RequestHandler, Response } from 'express';
import { BoundedCache } from '../../shared/bounded-cache';
import { hasVisitor } from './visitor';

const MOST_ISSUED = 2_000;

export interface Csrf {
  /** Refuses a state-changing request without the token of its form. */
  protect: RequestHandler;
  /** The token for the forms of this answer. */
  token(req: Request, res: Response): string;
}

/** Signed double-submit cookie, bound to the session (OWASP Cross-Site Request Forgery Prevention). */
export function createCsrf(options: {
  secret: string;
  secure: boolean;
  /** Id of the session of someone who is signed in; otherwise undefined. */
  sessionOf: (req: Request) => string | undefined;
}): Csrf {
  const secret = createHmac('sha256', options.secret).update('csrf').digest('hex');
  const cookieName = options.secure ? '__Host-kelas_csrf' : 'kelas_csrf';
  // Tokens that were found to fit their session here, and which: the page does not prove again what its form will.
  const issued = new BoundedCache<string, string>(MOST_ISSUED);
  // A visitor without a session has no id that lasts: the token is bound to its cookie alone.
  const sessionOf = (req: Request): string => options.sessionOf(req) ?? 'anonymous';
  const { doubleCsrfProtection, generateCsrfToken } = doubleCsrf({
    getSecret: () => secret,
    getSessionIdentifier: sessionOf,
    cookieName,
    cookieOptions: { httpOnly: true, sameSite: 'lax', path: '/', secure: options.secure },
    getCsrfTokenFromRequest: (req) =>
      ((req.body as Record<string, unknown> | undefined)?.['_csrf'] as string | undefined) ??
      req.headers['x-csrf-token'],
    errorConfig: { statusCode: 403, code: 'csrf' },
  });
  return {
    protect: doubleCsrfProtection,
    token: (req, res) => {
      const own: unknown = req.cookies?.[cookieName];
      // An error page for a request whose session was not read: a new token would take the place of
      // the one that the forms in the other tabs were made with, and refuse what is typed there.
      if (typeof own === 'string' && !hasVisitor(req)) return own;
      const session = sessionOf(req);
      if (typeof own === 'string' && issued.get(own) === session) return own;
      const token = generateCsrfToken(req, res, { overwrite: false, validateOnReuse: false });
      issued.set(token, session);
      return token;
    },
  };
}
