import type { Platform, Room } from '../../platform/platform';
import { adminJobs } from './jobs';
import { adminRoutes } from './routes';

/**
 * The room of administration: people and roles, the audit log, and one's own data.
 * @param rooms all others: what each keeps about people is theirs to give out and to forget
 */
export function createAdmin(platform: Platform, rooms: readonly Room[]): Room {
  const keeping = rooms.flatMap(({ name, personal }) => (personal ? [{ name, personal }] : []));
  return {
    name: 'admin',
    routes: adminRoutes(platform, keeping),
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
