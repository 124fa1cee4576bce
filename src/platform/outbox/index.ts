export { defineEvent, type EventDefinition } from './events';
export { publish } from './publish';
export { type JobSink, outboxLag, Relay, type Subscription, subscribe } from './relay';
