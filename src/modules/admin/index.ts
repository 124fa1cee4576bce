import type { Platform, Room } from '../../platform/platform';
import { adminJobs } from './jobs';
import type { MailLog } from './mail-log';
import { adminRoutes } from './routes';
import { auditRule } from './service/retention';

/**
 * The room of administration: people and roles, the audit log, and one's own data.
 * @param options.listMails the log of mails, of the room beside this one
 * @param rooms all others: what each keeps about people is theirs to give out and to forget
 */
export function createAdmin(
  platform: Platform,
  rooms: readonly Room[],
  options: { listMails: MailLog },
): Room {
  const keeping = rooms.flatMap(({ name, personal }) => (personal ? [{ name, personal }] : []));
  const following = rooms.flatMap(({ name, tree }) => (tree ? [{ name, tree }] : []));
  const rules = [
    auditRule(platform.config.sessionSecret ?? ''),
    ...rooms.flatMap(({ retention }) => retention ?? []),
  ];
  return {
    name: 'admin',
    routes: adminRoutes(platform, keeping, options.listMails, rules),
    ...adminJobs(platform, { keeping, following, rules }),
    navigation: [
      {
        key: 'admin',
        href: '/admin',
        textKey: 'admin.nav',
        icon: 'settings',
        roles: ['administrator'],
      },
    ],
  };
}
