import { z } from 'zod';
import { sealAudit } from '../../platform/audit';
import { type Subscription, subscribe } from '../../platform/outbox';
import { CERTIFICATE_NAMES } from '../../platform/personal';
import type { Platform } from '../../platform/platform';
import { defineJob, type JobDefinition, type Schedule } from '../../platform/queue';
import type { RetentionRule } from '../../platform/retention';
import { eachAlone } from '../../shared/each-alone';
import { accountDeleted, accountsMerged } from '../accounts';
import { organisationMoved } from '../organisations';
import { followMove, settleMoves, type TreeRoom } from './service/follow-moves';
import { forgetAccount } from './service/forget-account';
import { finishMerges, joinAccounts } from './service/join-accounts';
import type { PersonalRoom } from './service/own-data';
import { applyRetention } from './service/retention';

const nothing = z.object({});

/** What administration does by the clock. */
export function adminJobs(
  { config }: Pick<Platform, 'config'>,
  house: {
    keeping: readonly PersonalRoom[];
    following: readonly TreeRoom[];
    rules: readonly RetentionRule[];
  },
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
    handle: (leaver) => forgetAccount(house.keeping, config.sessionSecret ?? '', leaver),
  });
  const retention = defineJob({
    name: 'admin.apply-retention',
    schema: nothing,
    handle: () => applyRetention(house.rules, config.timeZone),
  }) as JobDefinition;
  const join = defineJob({
    name: 'admin.join-accounts',
    schema: z.object({ from: z.string() }),
    handle: ({ from }) => joinAccounts(house.keeping, from),
  });
  const follow = defineJob({
    name: 'admin.follow-move',
    schema: z.object({ moveId: z.string() }),
    handle: ({ moveId }) => followMove(house.following, moveId),
  });
  const settle = defineJob({
    name: 'admin.settle',
    schema: nothing,
    handle: () =>
      eachAlone([() => settleMoves(house.following), () => finishMerges(house.keeping)], (part) =>
        part(),
      ),
  }) as JobDefinition;
  return {
    jobs: [
      seal,
      forget as JobDefinition,
      retention,
      follow as JobDefinition,
      join as JobDefinition,
      settle,
    ],
    subscriptions: [
      subscribe(accountDeleted, forget, { toPayload: (leaver) => leaver }),
      subscribe(accountsMerged, join, { toPayload: ({ from }) => ({ from }) }),
      subscribe(organisationMoved, follow, { toPayload: (move) => move }),
    ],
    schedules: [
      { id: 'admin-seal-audit', job: seal, pattern: '* * * * *', payload: {} },
      { id: 'admin-settle', job: settle, pattern: '25 * * * *', payload: {} },
      { id: 'admin-apply-retention', job: retention, pattern: '40 3 * * *', payload: {} },
    ],
  };
}
