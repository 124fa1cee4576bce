import { z } from 'zod';
import { sealAudit } from '../../platform/audit';
import type { Platform } from '../../platform/platform';
import { defineJob, type JobDefinition, type Schedule } from '../../platform/queue';

const nothing = z.object({});

/** What administration does by the clock. */
export function adminJobs({ config }: Pick<Platform, 'config'>): {
  jobs: JobDefinition[];
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
  return {
    jobs: [seal],
    schedules: [{ id: 'admin-seal-audit', job: seal, pattern: '* * * * *', payload: {} }],
  };
}
