import type { Platform, Room } from '../../platform/platform';
import { catalogueRoutes, type EnrolmentOf } from './routes';
import { syncAll } from './service/sync-all';

/**
 * The room of courses: their folders, versions and public pages.
 * @param options.enrolmentOf where a person stands in a course, for the course's page
 */
export function createCatalogue(
  platform: Platform,
  options: { enrolmentOf?: EnrolmentOf } = {},
): Room {
  const { config, storage } = platform;
  return {
    name: 'catalogue',
    routes: catalogueRoutes(platform, options.enrolmentOf ?? (async () => null)),
    jobs: [],
    subscriptions: [],
    schedules: [],
    prepare: async () => {
      await syncAll(config.coursesDir, storage, {
        publishFirst: config.mode === 'production' ? 'when-empty' : 'always',
      });
    },
  };
}
