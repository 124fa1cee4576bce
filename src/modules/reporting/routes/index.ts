import type { Route } from '../../../platform/http';
import { overviewRoutes } from './overview';
import { peopleRoutes } from './people';

/** `/staff`: reports for union staff. */
export const reportingRoutes = (timeZone: string): readonly Route[] => [
  ...overviewRoutes(timeZone),
  ...peopleRoutes(timeZone),
];
