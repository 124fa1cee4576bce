import { createHmac } from 'node:crypto';
import { doubleCsrf } from 'csrf-csrf';
import type { Request, RequestHandler, Response } from 'express';

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
  const { doubleCsrfProtection, generateCsrfToken } = doubleCsrf({
    getSecret: () => secret,
    // A visitor without a session has no id that lasts: the token is bound to its cookie alone.
    getSessionIdentifier: (req) => options.sessionOf(req) ?? 'anonymous',
    cookieName: options.secure ? '__Host-kelas_csrf' : 'kelas_csrf',
    cookieOptions: { httpOnly: true, sameSite: 'lax', path: '/', secure: options.secure },
    getCsrfTokenFromRequest: (req) =>
      ((req.body as Record<string, unknown> | undefined)?.['_csrf'] as string | undefined) ??
      req.headers['x-csrf-token'],
    errorConfig: { statusCode: 403, code: 'csrf' },
  });
  return {
    protect: doubleCsrfProtection,
    token: (req, res) => generateCsrfToken(req, res, { overwrite: false, validateOnReuse: false }),
  };
}
