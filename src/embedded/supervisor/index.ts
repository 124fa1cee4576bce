export { type DataFolder, keepSecret } from './data-folder';
export type { Addresses } from './data-services';
export { Refusal } from './refusal';
export { onParentGone, onStopSignals } from './stop-signals';
export { Supervisor } from './supervisor';
