import { audit } from '../../../platform/audit';
import { inTransaction } from '../../../platform/db';
import { oneself, type Route, route, sendStream } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { now } from '../../../shared/clock';
import { ownDataFiles, type PersonalRoom } from '../service/own-data';
import { zipOf } from '../zip';

/** A download reads everything that there is about a person. */
const LIMIT = { name: 'own-data', tries: 10, seconds: 3600 };

/** One's own data: as a download, and the way out. */
export const ownDataRoutes = (
  { rateLimits }: Platform,
  rooms: readonly PersonalRoom[],
): Route[] => [
  route({
    method: 'get',
    path: '/me/data',
    access: 'signedIn',
    handler: ({ page, t }) =>
      page(
        'admin/own-data',
        {},
        {
          title: t('admin.ownData.title'),
          active: 'me',
          noindex: true,
          breadcrumbs: [{ text: t('common.nav.me'), href: '/me' }],
        },
      ),
  }),
  route({
    method: 'get',
    path: '/me/data/download',
    access: oneself,
    handler: async ({ actor, res }) => {
      await rateLimits.count(LIMIT, actor.id);
      await inTransaction(() =>
        audit({
          action: 'admin.download-own-data',
          subject: { kind: 'account', id: actor.id },
        }),
      );
      const at = now();
      res.set({
        'Content-Type': 'application/zip',
        'Content-Disposition': `attachment; filename="kelas-my-data-${at.toISOString().slice(0, 10)}.zip"`,
        'Cache-Control': 'private, no-store',
      });
      await sendStream(res, zipOf(ownDataFiles(rooms, actor.id, at), at));
    },
  }),
];
