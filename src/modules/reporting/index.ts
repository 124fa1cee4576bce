import { type EventDefinition, type Subscription, subscribeMany } from '../../platform/outbox';
import type { Platform, Room } from '../../platform/platform';
import type { JobDefinition } from '../../platform/queue';
import { accountEmailChanged, accountRenamed } from '../accounts';
import {
  certificateIssued,
  certificateReinstated,
  certificateReplaced,
  certificateRevoked,
  certificateSuspended,
} from '../certificates';
import {
  enrolmentActive,
  enrolmentCompleted,
  enrolmentCreated,
  enrolmentDueChanged,
  enrolmentForgotten,
  enrolmentMoved,
  enrolmentWithdrawn,
} from '../learning';
import { membershipChanged } from '../organisations';
import { type Changed, followJob, reportingSchedules } from './jobs';
import { reportingData } from './personal';
import { reportingRoutes } from './routes';
import { reportingTree } from './tree';

export { reportDue } from './events';
export { peopleLists } from './lists';
export { enrolmentsByName } from './queries/people';
export { rebuild } from './service/rebuild';
export { findSentReport, saveView as keepList } from './service/views';

/** The room of reports: read models that follow events, and the pages of union staff over them. */
export function createReporting(platform: Platform): Room {
  const { timeZone } = platform.config;
  const follow = followJob(timeZone);
  const schedules = reportingSchedules(timeZone);
  const after = <E>(
    event: EventDefinition<E>,
    what: Changed['what'],
    idOf: (payload: E) => string,
  ) =>
    subscribeMany(event, follow, {
      most: 200,
      // Told of twice it is looked at once.
      toPayload: (payloads) => ({ what, ids: [...new Set(payloads.map(idOf))] }),
    });
  const ofEnrolment = (event: EventDefinition<{ enrolmentId: string }>): Subscription =>
    after(event, 'enrolment', ({ enrolmentId }) => enrolmentId);
  const ofCertificate = <E extends { certificateId: string }>(event: EventDefinition<E>) =>
    after(event, 'certificate', ({ certificateId }) => certificateId);
  return {
    name: 'reporting',
    routes: reportingRoutes(timeZone),
    jobs: [follow as JobDefinition, ...schedules.map(({ job }) => job)],
    subscriptions: [
      ofEnrolment(enrolmentCreated),
      ofEnrolment(enrolmentActive),
      ofEnrolment(enrolmentCompleted),
      ofEnrolment(enrolmentWithdrawn),
      ofEnrolment(enrolmentDueChanged),
      ofEnrolment(enrolmentForgotten),
      after(enrolmentMoved, 'enrolment', ({ enrolmentId }) => enrolmentId),
      ofCertificate(certificateIssued),
      ofCertificate(certificateReplaced),
      ofCertificate(certificateRevoked),
      ofCertificate(certificateSuspended),
      ofCertificate(certificateReinstated),
      after(membershipChanged, 'person', ({ userId }) => userId),
      after(accountRenamed, 'person', ({ userId }) => userId),
      after(accountEmailChanged, 'person', ({ userId }) => userId),
    ],
    schedules,
    personal: reportingData(timeZone),
    tree: reportingTree(timeZone),
    navigation: [
      {
        key: 'staff',
        href: '/staff',
        textKey: 'reporting.title',
        icon: 'chart-column',
        roles: ['union-staff', 'administrator'],
      },
    ],
  };
}
