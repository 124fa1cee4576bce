import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { QUEUES } from './job';
import type { Queues } from './queues';

/** The queues as a board shows them: to look at. What changes a job is written down elsewhere. */
export const queuesOnBoard = (queues: Queues): BullMQAdapter[] =>
  QUEUES.map((name) => new BullMQAdapter(queues.get(name), { readOnlyMode: true }));
