export type { Manifest } from './format';
export { checkBackup } from './read';
export { requireEmpty, restoreBackup } from './restore';
export { writeBackup } from './write';
