import { z } from 'zod';
import { defineJob, type JobDefinition, type Schedule } from '../../../platform/queue';
import { countResults } from '../results/count';
import { countStops } from '../results/stops';

const answers = defineJob({
  name: 'teaching.count-results',
  schema: z.object({}),
  // The next minute brings the next run.
  attempts: 1,
  handle: async () => {
    await countResults();
  },
});

const stops = defineJob({
  name: 'teaching.count-stops',
  schema: z.object({}),
  attempts: 1,
  handle: async () => {
    await countStops();
  },
});

export const teachingJobs: readonly JobDefinition[] = [
  answers as JobDefinition,
  stops as JobDefinition,
];

export const teachingSchedules: readonly Schedule[] = [
  {
    id: 'teaching-count-results',
    job: answers as JobDefinition,
    pattern: '* * * * *',
    payload: {},
  },
  { id: 'teaching-count-stops', job: stops as JobDefinition, pattern: '*/5 * * * *', payload: {} },
];
