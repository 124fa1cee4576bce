import type { ErrorRequestHandler, Request, Response } from 'express';
import { shortId } from '../../shared/ids';
import { AppError, Invalid, SignInRequired, TooManyRequests } from '../errors';
import { logger } from '../logger';
import type { Renderer } from './render';
import { wantsJson } from './route';
import { visitorOf } from './visitor';

const STATUS: Record<string, number> = {
  'not-found': 404,
  forbidden: 403,
  'sign-in-required': 401,
  unavailable: 503,
  'too-many-requests': 429,
  invalid: 422,
};

const CLASS_STATUS: Record<string, number> = { Conflict: 409, Gone: 410 };

interface Answer {
  status: number;
  code: string;
  /** Locale keys `platform.error.<kind>.title`. */
  kind: string;
  text: string;
}

const KIND: Record<number, string> = {
  401: 'signIn',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  410: 'gone',
  413: 'tooLarge',
  422: 'invalid',
  429: 'tooMany',
  503: 'unavailable',
};

/** Faults of the HTTP layer itself: a body too large or malformed, a CSRF token that does not fit. */
function httpStatusOf(error: unknown): number {
  const status =
    typeof error === 'object' && error !== null && 'status' in error ? error.status : 500;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

function answerFor(error: unknown, req: Request): Answer {
  const { t } = visitorOf(req);
  if (error instanceof AppError) {
    const status = STATUS[error.code] ?? CLASS_STATUS[error.name] ?? 400;
    return {
      status,
      code: error.code,
      kind: KIND[status] ?? 'invalid',
      text: t(error.messageKey, error.values),
    };
  }
  const status = httpStatusOf(error);
  if (status === 403) {
    return { status, code: 'csrf', kind: 'expired', text: t('platform.error.expired.text') };
  }
  const kind = status === 413 ? 'tooLarge' : status < 500 ? 'invalid' : 'broken';
  return {
    status,
    code: status < 500 ? kind : 'broken',
    kind,
    text: t(`platform.error.${kind}.text`),
  };
}

function sendJson(
  res: Response,
  answer: Answer,
  error: unknown,
  errorId: string,
  req: Request,
): void {
  const { t } = visitorOf(req);
  const faults = error instanceof Invalid ? error.faults : [];
  res.status(answer.status).json({
    error: {
      code: answer.code,
      message: answer.text,
      errorId,
      ...(faults.length > 0
        ? {
            fields: faults.map(({ field, messageKey, values }) => ({
              field,
              message: t(messageKey, values),
            })),
          }
        : {}),
    },
  });
}

/** The one place where a fault becomes an answer: status, HTML or JSON, an id to quote; never a stack. */
export function errorHandler(renderer: Renderer): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const errorId = shortId();
    const answer = answerFor(error, req);
    if (answer.status >= 500) logger.error({ err: error, errorId }, 'a request failed');
    else logger.debug({ errorId, code: answer.code, path: req.path }, 'a request was refused');
    if (res.headersSent) {
      next(error);
      return;
    }
    res.set('Cache-Control', 'no-store');
    if (error instanceof TooManyRequests) res.set('Retry-After', String(error.retryAfter));
    if (wantsJson(req)) {
      sendJson(res, answer, error, errorId, req);
      return;
    }
    if (error instanceof SignInRequired) {
      const back = req.method === 'GET' ? `?returnTo=${encodeURIComponent(req.originalUrl)}` : '';
      res.redirect(303, `/sign-in${back}`);
      return;
    }
    const { t } = visitorOf(req);
    renderer.page(
      req,
      res,
      'platform/error',
      { kind: answer.kind, text: answer.text, errorId, status: answer.status },
      { title: t(`platform.error.${answer.kind}.title`), status: answer.status, noindex: true },
    );
  };
}
