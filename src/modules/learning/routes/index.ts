import type { Route } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import type { CertificatesOf } from '../view-models/certificate';
import { courseRoutes } from './course';
import { enrolRoutes } from './enrol';
import { feedbackRoutes } from './feedback';
import { homeRoutes } from './home';
import { lessonRoutes } from './lesson';
import { quizRoutes } from './quiz';

/** Pages of an enrolment come before those of an activity, whose id stands in the same place. */
export const learningRoutes = (platform: Platform, certificatesOf: CertificatesOf): Route[] => [
  ...enrolRoutes(platform),
  ...homeRoutes(certificatesOf),
  ...courseRoutes(certificatesOf),
  ...feedbackRoutes(),
  ...quizRoutes(),
  ...lessonRoutes(),
];
