import type { Route } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import type { PersonalRoom } from '../service/own-data';
import { auditRoutes } from './audit';
import { homeRoutes } from './home';
import { ownDataRoutes } from './own-data';
import { peopleRoutes } from './people';

export const adminRoutes = (platform: Platform, rooms: readonly PersonalRoom[]): Route[] => [
  ...homeRoutes,
  ...peopleRoutes,
  ...auditRoutes(platform),
  ...ownDataRoutes(platform, rooms),
];
