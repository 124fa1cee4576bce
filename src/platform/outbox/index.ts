export { defineEvent, type EventDefinition } from './events';
export { publish, publishAll } from './publish';
export {
  type JobSink,
  outboxLag,
  passAllOnAgain,
  Relay,
  type Subscription,
  subscribe,
  subscribeMany,
} from './relay';
