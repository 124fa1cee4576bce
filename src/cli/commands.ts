import { auditCommands } from './audit';
import { backupCommands } from './backup';
import { certificateCommands } from './certificates';
import type { Command } from './command';
import { courseCommands } from './course';
import { doctor } from './doctor';
import { enrolmentCommands } from './enrolment';
import { keyCommands } from './keys';
import { migrate } from './migrate';
import { moveTo } from './move';
import { organisationCommands } from './organisations';
import { reportingCommands } from './reporting';
import { teachingCommands } from './teaching';

/** Every command, by rooms. */
export const COMMANDS: readonly Command[] = [
  ...courseCommands,
  ...certificateCommands,
  ...keyCommands,
  ...organisationCommands,
  ...auditCommands,
  ...reportingCommands,
  ...teachingCommands,
  ...backupCommands,
  moveTo,
  migrate,
  doctor,
  ...enrolmentCommands,
];
