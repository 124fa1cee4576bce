import type { BulkKind } from '../../platform/bulk';
import { subscribe } from '../../platform/outbox';
import type { Platform, Room } from '../../platform/platform';
import type { JobDefinition } from '../../platform/queue';
import { accountEmailConfirmed } from '../accounts';
import { acceptOffers } from './jobs';
import { enrollingData } from './personal';
import { chosenRoutes } from './routes/chosen';
import { enrolRoutes } from './routes/enrol';
import { importRoutes } from './routes/imports';
import { offerRoutes } from './routes/offers';
import { dueKind, remindKind, withdrawKind } from './service/act-on-chosen';
import { importKind } from './service/carry-out';

export { enrolmentReminded, offerMade } from './events';
export { findOffer, findReminder } from './queries';
export { fillMessage, reminderText } from './service/act-on-chosen';

/** Staff enrol people, set and change due dates, remind and withdraw them. */
export function createEnrolling(platform: Platform): Room {
  return {
    name: 'enrolling',
    routes: [...enrolRoutes(platform), ...importRoutes, ...chosenRoutes(platform), ...offerRoutes],
    jobs: [acceptOffers as JobDefinition],
    bulk: [
      importKind as BulkKind,
      dueKind as BulkKind,
      withdrawKind as BulkKind,
      remindKind(platform.config.timeZone) as BulkKind,
    ],
    subscriptions: [
      subscribe(accountEmailConfirmed, acceptOffers, { toPayload: ({ userId }) => ({ userId }) }),
    ],
    schedules: [],
    personal: enrollingData,
  };
}
