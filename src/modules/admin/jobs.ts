import { z } from 'zod';
import { sealAudit } from '../../platform/audit';
import { type Subscription, subscribe } from '../../platform/outbox';
import { CERTIFICATE_NAMES } from '../../platform/personal';
import type { Platform } from '../../platform/platform';
import { defineJob, type JobDefinition, type Schedule } from '../../platform/queue';
import type { RetentionRule } from '../../platform/retention';
import { accountDeleted } from '../accounts';
import { forgetAccount } from './service/forget-account';
import type { PersonalRoom } from './service/own-data';
import { applyRetention } from './service/retention';

const nothing = z.object({});

/** What administration does by the clock. */
export function adminJobs(
  { config }: Pick<Platform, 'config'>,
  rooms: readonly PersonalRoom[],
  rules: readonly RetentionRule[],
): {
  jobs: JobDefinition[];
  subscriptions: Subscription[];
  schedules: Schedule[];
} {
  const seal = defineJob({
    name: 'admin.seal-audit',
    schema: nothing,
    // The next minute brings the next run.
    attempts: 1,
    handle: async () => {
      await sealAudit(config.sessionSecret ?? '');
    },
  }) as JobDefinition;
  const forget = defineJob({
    name: 'admin.forget-account',
    schema: z.object({ userId: z.string(), certificateNames: z.enum(CERTIFICATE_NAMES) }),
    handle: (leaver) => forgetAccount(rooms, config.sessionSecret ?? '', leaver),
  });
  const retention = defineJob({
    name: 'admin.apply-retention',
    schema: nothing,
    handle: () => applyRetention(rules, config.timeZone),
  }) as JobDefinition;
  return {
    jobs: [seal, forget as JobDefinition, retention],
    subscriptions: [subscribe(accountDeleted, forget, { toPayload: (leaver) => leaver })],
    schedules: [
      { id: 'admin-seal-audit', job: seal, pattern: '* * * * *', payload: {} },
      { id: 'admin-apply-retention', job: retention, pattern: '40 3 * * *', payload: {} },
    ],
  };
}
