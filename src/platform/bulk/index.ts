export {
  type BulkAct,
  findAct,
  forgetLabels,
  listActs,
  reassignActs,
  rehomeActs,
  resumeAct,
  stopAct,
} from './acts';
export type { BulkContext, BulkItem, BulkKind } from './kind';
export type { ActState } from './model';
export { actView, createBulk } from './room';
export { actHref, startBulk } from './start';
