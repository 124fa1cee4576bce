import type { BulkKind } from '../../platform/bulk';
import type { Platform, Room } from '../../platform/platform';
import { courseRoutes } from './routes/courses';
import { peopleRoutes } from './routes/people';
import { previewRoutes } from './routes/preview';
import { previewFrameRoutes } from './routes/preview-frame';
import { movePeopleKind } from './service/move-people';

/** The room of those who teach: courses, versions, people and results, under `/teach`. */
export const createTeaching = (platform: Platform): Room => ({
  name: 'teaching',
  routes: [
    ...courseRoutes(),
    ...peopleRoutes(),
    ...previewFrameRoutes(),
    ...previewRoutes(platform),
  ],
  jobs: [],
  subscriptions: [],
  schedules: [],
  bulk: [movePeopleKind as BulkKind],
  navigation: [
    {
      key: 'teach',
      href: '/teach',
      textKey: 'teaching.nav',
      icon: 'presentation',
      roles: ['trainer', 'administrator'],
    },
  ],
});
