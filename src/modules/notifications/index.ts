import type { Platform, Room } from '../../platform/platform';
import type { JobDefinition } from '../../platform/queue';
import { listJob, mailJob } from './jobs';
import { notificationData } from './personal';
import { notificationRetention } from './retention';
import { notificationRoutes } from './routes';
import { subscriptionsOf } from './subscriptions';

export { countFailedMails, listMails } from './queries';
export { chooseMails } from './service/mail-choices';

/** Tells people what happened: in a list on the site, and by mail. */
export function createNotifications(platform: Platform): Room {
  const mail = mailJob(platform);
  return {
    name: 'notifications',
    routes: notificationRoutes,
    jobs: [listJob as JobDefinition, mail as JobDefinition],
    subscriptions: subscriptionsOf({ list: listJob, mail }),
    schedules: [],
    personal: notificationData,
    retention: notificationRetention,
  };
}
