import { type Route, route } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { siteAdministrator } from '../policy';
import { systemState } from '../service/system';
import { frame } from './frame';

/** The installation: versions, sizes, what waits, the last backup. */
export const systemRoutes = (platform: Platform): Route[] => [
  route({
    method: 'get',
    path: '/admin/system',
    access: siteAdministrator,
    handler: async (exchange) => {
      const { t, visitor } = exchange;
      const { format } = visitor;
      const state = await systemState(platform);
      const fact = (name: string, text: string) => ({ term: t(`admin.system.${name}`), text });
      exchange.page(
        'admin/system',
        {
          versions: [
            fact('kelas', state.kelas),
            fact('node', state.node),
            fact(
              'database',
              state.database === 'lmdb' ? t('admin.system.embedded') : state.database,
            ),
            fact('redis', state.redis ?? t('admin.system.away')),
            fact(
              'migrations',
              state.migrations.pending > 0
                ? t('admin.system.pending', { count: state.migrations.pending })
                : t('admin.system.upToDate'),
            ),
          ],
          state: [
            fact('up', format.minutes(Math.round(state.upSeconds / 60))),
            fact('memory', t('admin.system.mb', { count: state.memoryMb })),
            fact('disk', t('admin.system.gb', { count: format.number(state.diskFreeGb, 1) })),
            fact('outbox', t('admin.system.seconds', { count: state.outboxSeconds })),
            fact('unsealed', format.number(state.audit.count)),
            fact(
              'backup',
              state.backup ? format.dateTime(state.backup.at) : t('admin.system.noBackup'),
            ),
          ],
          backupMissing: state.backup === null,
          collections: state.collections.map((each) => ({
            ...each,
            kept: t(`admin.system.store.${each.name}`),
          })),
        },
        frame(exchange, t('admin.system.title')),
      );
    },
  }),
];
