import { z } from 'zod';
import { defineJob, type JobDefinition, type Schedule } from '../../../platform/queue';
import { remindHolders } from '../service/remind';

/** Every morning: who must earn a certificate again soon. */
export const remindSchedule: Schedule = {
  id: 'certificates-remind',
  job: defineJob({
    name: 'certificates.remind',
    schema: z.object({}),
    handle: async () => {
      await remindHolders();
    },
  }) as JobDefinition,
  pattern: '20 8 * * *',
  payload: {},
};
