import { z } from 'zod';
import { defineJob, type JobDefinition, type Schedule } from '../../platform/queue';
import { submitDueAttempts } from './service/quiz';

const submitDue = defineJob({
  name: 'learning.submit-due-attempts',
  schema: z.object({}),
  // The next minute brings the next run.
  attempts: 1,
  handle: async () => {
    await submitDueAttempts();
  },
});

export const learningJobs: readonly JobDefinition[] = [submitDue as JobDefinition];

export const learningSchedules: readonly Schedule[] = [
  {
    id: 'learning-submit-due-attempts',
    job: submitDue as JobDefinition,
    pattern: '* * * * *',
    payload: {},
  },
];
