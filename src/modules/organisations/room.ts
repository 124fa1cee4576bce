import type { Room } from '../../platform/platform';
import { membershipData } from './personal';
import { organisationRoutes } from './routes';
import { membershipTree } from './service/follow-move';

/** The tree of organisations, and who belongs where. */
export const createOrganisations = (): Room => ({
  name: 'organisations',
  routes: organisationRoutes,
  jobs: [],
  subscriptions: [],
  schedules: [],
  personal: membershipData,
  tree: membershipTree,
});
