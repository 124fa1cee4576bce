import type { Route } from '../../../platform/http';
import { exportRoutes } from './export';
import { overviewRoutes } from './overview';
import { peopleRoutes } from './people';
import { viewRoutes } from './views';

/** `/staff`: reports for union staff. */
export const reportingRoutes = (timeZone: string): readonly Route[] => [
  ...overviewRoutes(timeZone),
  ...exportRoutes(timeZone),
  ...peopleRoutes(timeZone),
  ...viewRoutes(),
];
