import type { Request, Response } from 'express';
import { z } from 'zod';

const Flash = z.object({
  kind: z.enum(['success', 'info', 'warning', 'danger']),
  key: z.string().max(100),
  values: z.record(z.string(), z.union([z.string().max(300), z.number()])).default({}),
});

/** A message for the next page: a locale key and its values. */
export type Flash = z.infer<typeof Flash>;

const COOKIE = 'kelas_flash';
const OPTIONS = { httpOnly: true, sameSite: 'lax', path: '/' } as const;

/** Leaves a message for the page after the redirect. */
export function setFlash(res: Response, flash: z.input<typeof Flash>, secure: boolean): void {
  const value = Buffer.from(JSON.stringify(flash)).toString('base64url');
  res.cookie(COOKIE, value, { ...OPTIONS, secure, maxAge: 60_000 });
}

/** Takes the message, so that it is shown once. */
export function takeFlash(req: Request, res: Response): Flash | null {
  const raw: unknown = req.cookies?.[COOKIE];
  if (typeof raw !== 'string') return null;
  res.clearCookie(COOKIE, OPTIONS);
  try {
    return Flash.parse(JSON.parse(Buffer.from(raw, 'base64url').toString('utf8')));
  } catch {
    return null;
  }
}
