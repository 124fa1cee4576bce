import type { Migration } from '../migration';
import { enrolmentsDueDate } from './0001-enrolments-due-date';
import { certificatesLife } from './0002-certificates-life';
import { importRowsOfPeople } from './0003-import-rows-of-people';
import { enrolmentsByPlace } from './0004-enrolments-by-place';
import { outboxByLease } from './0005-outbox-by-lease';

/** Every change of stored data, in its order. A new one is added at the end. */
export const MIGRATIONS: readonly Migration[] = [
  enrolmentsDueDate,
  certificatesLife,
  importRowsOfPeople,
  enrolmentsByPlace,
  outboxByLease,
];
