export { type DataFolder, keepSecret } from './data-folder';
export { Refusal } from './refusal';
export { onParentGone, onStopSignals } from './stop-signals';
export { Supervisor } from './supervisor';
