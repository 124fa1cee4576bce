import type { Platform, Room } from '../../platform/platform';
import { adminJobs } from './jobs';
import type { MailLog } from './mail-log';
import { adminRoutes } from './routes';

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
  return {
    name: 'admin',
    routes: adminRoutes(platform, keeping, options.listMails),
    ...adminJobs(platform, keeping),
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
