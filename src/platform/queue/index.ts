export { queuesOnBoard } from './board';
export { type FailedJob, QueueDesk, type QueueState } from './desk';
export {
  defineJob,
  type JobDefinition,
  type JobRun,
  type JobToAdd,
  LeftForNext,
  QUEUES,
  type QueueName,
  type Schedule,
} from './job';
export { type Envelope, Queues } from './queues';
export { JobWorkers } from './workers';
