import { addMissing, type Migration } from '../migration';

/** Enrolments have a due date and name the one of the staff who made them; null where there is none. */
export const enrolmentsDueDate: Migration = {
  number: 1,
  name: 'learning: enrolments have a due date and who enrolled',
  needs: 0,
  run: (db) => addMissing(db, 'enrolments', 'dueOn', { dueOn: null, enrolledBy: null }),
};
