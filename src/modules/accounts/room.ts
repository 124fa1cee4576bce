import type { Platform, Room } from '../../platform/platform';
import { setUpPassport } from './passport';
import { accountData } from './personal';
import { accountRetention } from './retention';
import { accountRoutes } from './routes';
import { completeSearchKeys } from './search';

/** Accounts, sessions, passwords and roles. */
export function createAccounts(platform: Platform): Room {
  setUpPassport();
  return {
    name: 'accounts',
    routes: accountRoutes(platform),
    jobs: [],
    subscriptions: [],
    schedules: [],
    personal: accountData,
    retention: accountRetention,
    prepare: completeSearchKeys,
  };
}
