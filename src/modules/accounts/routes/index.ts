import type { Route } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { confirmRoutes } from './confirm';
import { devMailRoutes } from './dev-mail';
import { leaveRoutes } from './leave';
import { meRoutes } from './me';
import { preferenceRoutes } from './preferences';
import { resetRoutes } from './reset';
import { sessionRoutes } from './sessions';
import { signInRoutes } from './sign-in';
import { signUpRoutes } from './sign-up';
import { welcomeRoutes } from './welcome';

export const accountRoutes = (platform: Platform): Route[] => [
  ...signUpRoutes(platform),
  ...confirmRoutes(platform),
  ...signInRoutes(platform),
  ...resetRoutes(platform),
  ...welcomeRoutes(platform),
  ...preferenceRoutes(platform),
  ...meRoutes(platform),
  ...leaveRoutes(platform),
  ...sessionRoutes,
  ...devMailRoutes(platform),
];
