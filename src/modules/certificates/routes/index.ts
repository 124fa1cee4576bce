import type { Route } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { credentialRoutes } from './credential';
import { designRoutes } from './designs';
import { ownRoutes } from './own';
import { staffRoutes } from './staff';
import { verifyRoutes } from './verify';

export const certificatesRoutes = (platform: Platform): Route[] => [
  ...ownRoutes(platform),
  ...designRoutes(platform),
  ...staffRoutes(platform),
  ...verifyRoutes(platform),
  ...credentialRoutes(platform),
];
