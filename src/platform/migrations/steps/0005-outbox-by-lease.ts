import { dropIndex, type Migration } from '../migration';

/**
 * The relay asks for the rows that it has leased by their ids. The index over leases was written
 * twice for each event, and a query for a lease did not even use it: its condition is a `$type`.
 */
export const outboxByLease: Migration = {
  number: 5,
  name: 'outbox: rows are found without an index over their leases',
  needs: 0,
  run: (db) => dropIndex(db, 'outbox', 'leaseId_1'),
};
