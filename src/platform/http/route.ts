import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import type { z } from 'zod';
import { type Actor, isSignedIn, type SignedInActor } from '../authz';
import { Forbidden, Invalid, NotFound, SignInRequired } from '../errors';
import type { Translate } from '../i18n';
import { type Flash, setFlash } from './flash';
import { type FormState, formAgain, parseInput } from './forms';
import { ownPath } from './own-path';
import { sendPacked } from './packed';
import type { PageOptions, Renderer } from './render';
import { readUpload, type UploadLimits } from './upload';
import { type Visitor, visitorOf } from './visitor';

export type Method = 'get' | 'post' | 'put' | 'delete';

/** A rule over the actor alone, with a name for the list of routes. What depends on a record is the service's to decide. */
export interface RoutePolicy {
  readonly name: string;
  allows(actor: Actor): boolean;
}

/** Whoever is signed in as themselves: what an administrator who acts as them must not do. */
export const oneself: RoutePolicy = {
  name: 'oneself',
  allows: ({ byId }) => byId === undefined,
};

/** Who may use a route at all. There is no default. */
export type Access = 'public' | 'signedIn' | RoutePolicy;

type ActorOf<A extends Access> = A extends 'public' ? Actor : SignedInActor;

/** What a handler gets: parsed input, the visitor, and ways to answer. */
export interface Exchange<A extends Access = Access, P = unknown, Q = unknown, B = unknown> {
  readonly req: Request;
  readonly res: Response;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly actor: ActorOf<A>;
  readonly visitor: Visitor;
  readonly t: Translate;
  /** True when the client asked for JSON rather than a page. */
  readonly wantsJson: boolean;
  page(page: string, viewModel: object, options: PageOptions): void;
  fragment(page: string, viewModel: object): void;
  /** 303 to a path of this site, with a message for the page there. */
  redirect(path: string, flash?: Flash | { kind: Flash['kind']; key: string }): void;
  json(value: object, status?: number): void;
}

export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly access: Access;
  /** Requests of programs, not of forms: no CSRF token. Only for routes that change nothing for a person. */
  readonly csrf: boolean;
  /** A form with a file; see `readUpload`. */
  readonly upload?: UploadLimits;
  readonly handle: (exchange: Exchange) => Promise<void> | void;
  readonly schemas: { params?: z.ZodType; query?: z.ZodType; body?: z.ZodType };
  readonly invalid?: (exchange: Exchange, form: FormState) => Promise<void> | void;
}

/**
 * Defines a route. `access` is checked before anything is parsed; params that do not fit answer
 * 404; a query that does not fit answers 422; a body that does not fit, and an `Invalid` thrown by
 * the handler, go to `invalid`, which shows the form again with status 422.
 */
export function route<A extends Access, P = unknown, Q = unknown, B = unknown>(definition: {
  method: Method;
  path: string;
  access: A;
  csrf?: false;
  upload?: UploadLimits;
  schemas?: { params?: z.ZodType<P>; query?: z.ZodType<Q>; body?: z.ZodType<B> };
  handler: (exchange: Exchange<A, P, Q, B>) => Promise<void> | void;
  invalid?: (exchange: Exchange<A, P, Q, unknown>, form: FormState) => Promise<void> | void;
}): Route {
  const { method, path, access, csrf = true, upload, schemas = {}, handler, invalid } = definition;
  return {
    method,
    path,
    access,
    csrf,
    schemas,
    handle: handler as Route['handle'],
    ...(upload ? { upload } : {}),
    ...(invalid ? { invalid: invalid as NonNullable<Route['invalid']> } : {}),
  };
}

function checkAccess(access: Access, actor: Actor): void {
  if (access === 'public') return;
  if (!isSignedIn(actor)) throw new SignInRequired();
  if (access !== 'signedIn' && !access.allows(actor)) throw new Forbidden();
}

/** True for a request that only asks, without a body. */
export const isRead = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD';

/** True when the client asks for JSON, by its Accept header or by an address that ends in .json. */
export const wantsJson = (req: Request): boolean =>
  req.path.endsWith('.json') ||
  // Browsers ask for a page first of all, and need not be read to the end.
  (!/^text\/html(,|$)/.test(req.headers.accept ?? '') && req.accepts(['html', 'json']) === 'json');

function parseParams(route: Route, req: Request): unknown {
  if (!route.schemas.params) return req.params;
  const parsed = route.schemas.params.safeParse(req.params);
  if (!parsed.success) throw new NotFound();
  return parsed.data;
}

function exchangeOf(
  route: Route,
  req: Request,
  res: Response,
  options: { renderer: Renderer; secureCookies: boolean },
): Exchange {
  const visitor = visitorOf(req);
  return {
    req,
    res,
    params: parseParams(route, req),
    query: route.schemas.query ? parseInput(route.schemas.query, req.query) : req.query,
    body: undefined,
    actor: visitor.actor as SignedInActor,
    visitor,
    t: visitor.t,
    wantsJson: wantsJson(req),
    page: (page, viewModel, pageOptions) =>
      options.renderer.page(req, res, page, viewModel, pageOptions),
    fragment: (page, viewModel) => options.renderer.fragment(req, res, page, viewModel),
    redirect: (path, flash) => {
      if (flash) setFlash(res, flash, options.secureCookies);
      res.set('Cache-Control', 'no-store').redirect(303, ownPath(path));
    },
    json: (value, status = 200) => {
      res.status(status).set('Cache-Control', 'private, no-store').type('json');
      sendPacked(req, res, JSON.stringify(value));
    },
  };
}

async function answer(
  route: Route,
  req: Request,
  res: Response,
  options: { renderer: Renderer; secureCookies: boolean },
): Promise<void> {
  checkAccess(route.access, visitorOf(req).actor);
  const exchange = exchangeOf(route, req, res, options);
  try {
    const body = route.schemas.body ? parseInput(route.schemas.body, req.body ?? {}) : req.body;
    await route.handle({ ...exchange, body });
  } catch (error) {
    if (!(error instanceof Invalid) || !route.invalid || exchange.wantsJson) throw error;
    await route.invalid({ ...exchange, body: req.body }, formAgain(req.body, error));
  }
}

/** A stranger's file is not read: they are sent away before. */
function fileFor(route: Route, limits: UploadLimits) {
  const read = readUpload(limits);
  return (req: Request, res: Response, next: NextFunction): void => {
    checkAccess(route.access, visitorOf(req).actor);
    read(req, res, next);
  };
}

/** The first part of a path; of each route a word, not a parameter. */
const firstPart = (path: string): string => path.split('/', 2)[1] ?? '';

/**
 * Mounts routes; `protect` is the CSRF check. A request is held only against the routes that begin as
 * its path does.
 */
export function mount(
  routes: readonly Route[],
  options: {
    renderer: Renderer;
    secureCookies: boolean;
    protect: (req: Request, res: Response, next: NextFunction) => void;
  },
): RequestHandler {
  const routers = new Map<string, Router>();
  for (const route of routes) {
    const first = firstPart(route.path);
    if (/[:*{]/.test(first)) throw new Error(`${route.path} must begin with a word`);
    const router = routers.get(first) ?? express.Router({ caseSensitive: true });
    routers.set(first, router);
    const guards = route.csrf && route.method !== 'get' ? [options.protect] : [];
    if (route.upload) guards.unshift(fileFor(route, route.upload));
    router[route.method](route.path, ...guards, (req: Request, res: Response) =>
      answer(route, req, res, options),
    );
  }
  return (req, res, next) => {
    const router = routers.get(firstPart(req.path));
    if (router) router(req, res, next);
    else next();
  };
}
