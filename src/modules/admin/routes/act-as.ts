import type { Request } from 'express';
import { NotFound } from '../../../platform/errors';
import { type Route, route } from '../../../platform/http';
import { beginActing, endActing } from '../../accounts';
import { siteAdministrator } from '../policy';
import { UserParams } from '../schemas';

/** The page after it must find the session as it is now. */
const saved = (req: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    req.session.save((error: unknown) => (error ? reject(error) : resolve()));
  });

/** Acting as another person: shown on every page, with a way out. */
export const actAsRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/admin/users/:userId/act-as',
    access: siteAdministrator,
    schemas: { params: UserParams },
    handler: async ({ actor, params, redirect, req }) => {
      req.session.acting = await beginActing({ administratorId: actor.id, ...params });
      await saved(req);
      redirect('/learn');
    },
  }),
  route({
    method: 'post',
    path: '/act-as/end',
    access: 'signedIn',
    handler: async ({ actor, redirect, req }) => {
      const { acting } = req.session;
      if (!acting) throw new NotFound();
      delete req.session.acting;
      await saved(req);
      await endActing({ administratorId: actor.byId ?? actor.id, userId: acting.userId });
      redirect(`/admin/users/${acting.userId}`, { kind: 'success', key: 'accounts.actAs.ended' });
    },
  }),
];
