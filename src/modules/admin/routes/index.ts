import type { Route } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { QueueDesk, Queues } from '../../../platform/queue';
import type { RetentionRule } from '../../../platform/retention';
import type { MailLog } from '../mail-log';
import type { PersonalRoom } from '../service/own-data';
import { actAsRoutes } from './act-as';
import { auditRoutes } from './audit';
import { boardRoutes } from './board';
import { homeRoutes } from './home';
import { mailRoutes } from './mails';
import { mergeRoutes } from './merge';
import { moveRoutes } from './move';
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
  let opened: Queues | undefined;
  /** Made when they are first asked for: most processes never look at the queues. */
  const queues = (): Queues => {
    opened ??= new Queues(platform.redis, platform.config.redisPrefix);
    return opened;
  };
  return [
    ...homeRoutes,
    ...peopleRoutes,
    ...mergeRoutes,
    ...actAsRoutes,
    ...organisationRoutes,
    ...moveRoutes,
    ...auditRoutes(platform),
    ...mailRoutes(listMails),
    ...queueRoutes(() => new QueueDesk(queues())),
    ...boardRoutes(queues),
    ...systemRoutes(platform),
    ...retentionRoutes(platform, rules),
    ...ownDataRoutes(platform, rooms),
  ];
}
