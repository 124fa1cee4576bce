import type { BulkKind } from '../../platform/bulk';
import { subscribe } from '../../platform/outbox';
import type { Platform, Room } from '../../platform/platform';
import type { JobDefinition } from '../../platform/queue';
import { accountEmailConfirmed } from '../accounts';
import { acceptOffers } from './jobs';
import type { PeopleLists } from './lists';
import { enrollingData } from './personal';
import { enrollingRetention } from './retention';
import { chosenRoutes } from './routes/chosen';
import { columnRoutes } from './routes/columns';
import { enrolRoutes } from './routes/enrol';
import { importRoutes } from './routes/imports';
import { offerRoutes } from './routes/offers';
import { importKind } from './service/carry-out';
import { chosenKinds } from './service/chosen-kinds';
import { importTree } from './tree';

export { enrolmentReminded, offerMade } from './events';
export type { ListedPerson, ListLook, PeopleLists } from './lists';
export { findOffer, findReminder } from './queries';
export { checkList, confirmList, hasLists } from './service/by-program';
export { fillMessage, reminderText } from './service/remind';
export type { Reader } from './view-models';

/**
 * Staff enrol people, set and change due dates, remind and withdraw them.
 * @param options.lists where people are chosen, and everyone of a list at once
 */
export function createEnrolling(platform: Platform, options: { lists: PeopleLists }): Room {
  const { timeZone } = platform.config;
  const kinds = chosenKinds(options.lists, timeZone);
  return {
    name: 'enrolling',
    routes: [
      ...enrolRoutes(platform),
      ...columnRoutes(platform),
      ...importRoutes,
      ...chosenRoutes(kinds, options.lists, timeZone),
      ...offerRoutes,
    ],
    jobs: [acceptOffers as JobDefinition],
    bulk: [importKind as BulkKind, ...Object.values(kinds).map((kind) => kind as BulkKind)],
    subscriptions: [
      subscribe(accountEmailConfirmed, acceptOffers, { toPayload: ({ userId }) => ({ userId }) }),
    ],
    schedules: [],
    personal: enrollingData,
    retention: enrollingRetention,
    tree: importTree,
  };
}
