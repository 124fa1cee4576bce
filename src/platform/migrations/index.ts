export { DatabaseIsNewer, migrate, migrationState, prepareDatabase } from './migrate';
export type { Migration } from './migration';
