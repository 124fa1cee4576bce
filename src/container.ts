import { createAccounts } from './modules/accounts';
import { certificatesOf } from './modules/certificates';
import { createLearning } from './modules/learning';
import { createNotifications } from './modules/notifications';
import { createOrganisations } from './modules/organisations';
import type { Platform, Room } from './platform/platform';

/** Builds the rooms over a platform: the only place that knows them all. */
export function createRooms(platform: Platform): Room[] {
  return [
    createAccounts(platform),
    createOrganisations(),
    createLearning(platform, { certificatesOf }),
    createNotifications(platform),
  ];
}
