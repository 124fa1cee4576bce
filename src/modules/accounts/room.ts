import type { Platform, Room } from '../../platform/platform';

/** Accounts, sessions, passwords and roles. */
export function createAccounts(_platform: Platform): Room {
  return { name: 'accounts', routes: [], jobs: [], subscriptions: [], schedules: [] };
}
