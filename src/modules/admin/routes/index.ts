import type { Route } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { QueueDesk, Queues } from '../../../platform/queue';
import type { RetentionRule } from '../../../platform/retention';
import type { MailLog } from '../mail-log';
import type { PersonalRoom } from '../service/own-data';
import { actAsRoutes } from './act-as';
import { auditRoutes } from './audit';
import { homeRoutes } from './home';
import { mailRoutes } from './mails';
import { organisationRoutes } from './organisations';
import { ownDataRoutes } from './own-data';
import { peopleRoutes } from './people';
import { queueRoutes } from './queues';
import { retentionRoutes } from './retention';
import { systemRoutes } from './system';

export function adminRoutes(
  platform: Platform,
  rooms: readonly PersonalRoom[],
  listMails: MailLog,
  rules: readonly RetentionRule[],
): Route[] {
  let opened: QueueDesk | undefined;
  /** Made when it is first asked for: most processes never look at the queues. */
  const desk = (): QueueDesk => {
    opened ??= new QueueDesk(new Queues(platform.redis, platform.config.redisPrefix));
    return opened;
  };
  return [
    ...homeRoutes,
    ...peopleRoutes,
    ...actAsRoutes,
    ...organisationRoutes,
    ...auditRoutes(platform),
    ...mailRoutes(listMails),
    ...queueRoutes(desk),
    ...systemRoutes(platform),
    ...retentionRoutes(platform, rules),
    ...ownDataRoutes(platform, rooms),
  ];
}
