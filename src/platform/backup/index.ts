export { BackupError, type Manifest } from './format';
export { type Moved, moveDatabase } from './move';
export { lastBackup, noteBackup } from './note';
export { checkBackup } from './read';
export { requireEmpty, restoreBackup } from './restore';
export { writeBackup } from './write';
