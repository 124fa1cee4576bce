import type { Platform, Room } from '../../platform/platform';
import { adminJobs } from './jobs';
import { adminRoutes } from './routes';

/** The room of administration: people and roles, and the audit log. */
export function createAdmin(platform: Platform): Room {
  return {
    name: 'admin',
    routes: adminRoutes(platform),
    ...adminJobs(platform),
    subscriptions: [],
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
