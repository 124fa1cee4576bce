import type { Route } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { auditRoutes } from './audit';
import { homeRoutes } from './home';
import { peopleRoutes } from './people';

export const adminRoutes = (platform: Platform): Route[] => [
  ...homeRoutes,
  ...peopleRoutes,
  ...auditRoutes(platform),
];
