import type { Platform, Room } from '../../platform/platform';
import { learningJobs, learningSchedules } from './jobs';
import { learningData } from './personal';
import { learningRetention } from './retention';
import { learningRoutes } from './routes';
import { learningTree } from './tree';
import type { CertificatesOf } from './view-models/certificate';

export { formatCode } from './code';
export {
  enrolmentActive,
  enrolmentCompleted,
  enrolmentCreated,
  enrolmentDueChanged,
  enrolmentForgotten,
  enrolmentMoved,
  enrolmentWithdrawn,
} from './events';
export { type Feedback, feedbackOn } from './feedback';
export type { EnrolmentStatus } from './model';
export {
  type Movable,
  type MoveEffect,
  type MoveSum,
  movableIn,
  movablePage,
  sumOfMoves,
} from './moving';
export { type Preview, previewOf } from './preview';
export {
  completedBefore,
  countWithin,
  type EnrolmentSummary,
  enrolledWithin,
  enrolmentsWithin,
  findEnrolment,
  findEnrolmentIn,
  listCompleted,
  openEnrolmentsOf,
} from './queries';
export {
  type Participant,
  participantsOf,
  type Stand,
  standsIn,
  wasSeenSince,
} from './roster';
export { type Completion, completionOf, completionsOf } from './service/completion-of';
export { setDueDate } from './service/due-date';
export { type Enrolled, enrol, enrolAgain } from './service/enrol';
export { enrolMany, type StaffEntry } from './service/enrol-many';
export { createEnrolmentCode } from './service/enrolment-codes';
export { sayOfModule } from './service/give-feedback';
export { type MergePlan, planMerge } from './service/merge-enrolments';
export { moveEnrolment } from './service/move-enrolment';
export { submitDueAttempts, submitQuiz } from './service/quiz';
export { viewLesson } from './service/record-facts';
export { withdraw, withdrawByStaff } from './service/withdraw';
export { type EnrolmentStand, enrolmentIdsAfter, enrolmentIdsOf, standsOf } from './stands';
export { countByVersion, type VersionCounts } from './versions';
export type { CertificatesOf } from './view-models/certificate';

/**
 * The room of learning: enrolments, lessons, quizzes, progress and completion.
 * @param options.certificatesOf of these enrolments, the certificates that exist
 */
export function createLearning(
  platform: Platform,
  options: { certificatesOf: CertificatesOf },
): Room {
  return {
    name: 'learning',
    routes: learningRoutes(platform, options.certificatesOf),
    jobs: learningJobs,
    subscriptions: [],
    schedules: learningSchedules,
    personal: learningData,
    tree: learningTree,
    retention: learningRetention,
  };
}
