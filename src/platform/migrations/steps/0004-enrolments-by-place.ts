import { dropIndex, type Migration } from '../migration';

/**
 * Lists of staff come from the read models of reports. Of the index that they once had, only its
 * first part is still asked for; the whole of it was written again whenever someone began, completed
 * or left a course, for each organisation above them.
 */
export const enrolmentsByPlace: Migration = {
  number: 4,
  name: 'learning: enrolments are found by their organisations alone',
  needs: 0,
  run: (db) => dropIndex(db, 'enrolments', 'organisationPath_1_status_1_dueOn_1'),
};
