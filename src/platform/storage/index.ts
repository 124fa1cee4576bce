export { localStorage } from './local';
export type { FileStorage } from './storage';
