import type { BulkKind } from '../../platform/bulk';
import type { Platform, Room } from '../../platform/platform';
import { teachingJobs, teachingSchedules } from './jobs/count';
import { courseRoutes } from './routes/courses';
import { feedbackRoutes } from './routes/feedback';
import { peopleRoutes } from './routes/people';
import { previewRoutes } from './routes/preview';
import { previewFrameRoutes } from './routes/preview-frame';
import { resultsRoutes } from './routes/results';
import { uploadRoutes } from './routes/upload';
import { movePeopleKind } from './service/move-people';

export { countResults } from './results/count';
export { rebuildResults } from './results/rebuild';
export { countStops } from './results/stops';

/** The room of those who teach: courses, versions, people and results, under `/teach`. */
export const createTeaching = (platform: Platform): Room => ({
  name: 'teaching',
  routes: [
    ...courseRoutes(),
    ...peopleRoutes(),
    ...uploadRoutes(platform),
    ...resultsRoutes(),
    ...feedbackRoutes(),
    ...previewFrameRoutes(),
    ...previewRoutes(platform),
  ],
  jobs: teachingJobs,
  subscriptions: [],
  schedules: teachingSchedules,
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
