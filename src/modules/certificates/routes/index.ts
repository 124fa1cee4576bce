import type { Route } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { credentialRoutes } from './credential';
import { ownRoutes } from './own';
import { staffRoutes } from './staff';
import { verifyRoutes } from './verify';

export const certificatesRoutes = (platform: Platform): Route[] => [
  ...ownRoutes(platform),
  ...staffRoutes(platform),
  ...verifyRoutes(platform),
  ...credentialRoutes(platform),
];
