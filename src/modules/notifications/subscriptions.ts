import { type EventDefinition, type Subscription, subscribeMany } from '../../platform/outbox';
import type { JobDefinition } from '../../platform/queue';
import {
  accountConfirmationRequested,
  accountEmailChanged,
  accountEmailChangeRequested,
  accountEmailConfirmed,
  accountNewDevice,
  accountPasswordChanged,
  accountPasswordResetRequested,
  accountRegistered,
  accountSignUpRepeated,
  accountsMerged,
} from '../accounts';
import {
  certificateExpiring,
  certificateIssued,
  certificateReinstated,
  certificateReplaced,
  certificateRevoked,
  certificateSuspended,
} from '../certificates';
import { enrolmentReminded, offerMade } from '../enrolling';
import { enrolmentCreated } from '../learning';
import { reportDue } from '../reporting';
import type { NoticesIds } from './jobs';
import { isListed, type MailKind } from './kinds';
import type { NoticeIds } from './notice';

/** Of a job: they are sent one after the other, so the last waits for the mail server as often. */
const MAILS = 20;

interface Jobs {
  list: JobDefinition<NoticesIds>;
  mail: JobDefinition<NoticesIds>;
}

/** Which events are told, as what. */
export function subscriptionsOf(jobs: Jobs): Subscription[] {
  const tell = <E>(
    event: EventDefinition<E>,
    kind: MailKind,
    idsOf: (payload: E) => Omit<NoticeIds, 'kind'>,
  ): Subscription[] => {
    const toPayload = (payloads: readonly E[]): NoticesIds => ({ kind, of: payloads.map(idsOf) });
    return [
      subscribeMany(event, jobs.mail, { most: MAILS, toPayload }),
      ...(isListed(kind) ? [subscribeMany(event, jobs.list, { most: 100, toPayload })] : []),
    ];
  };
  const once = ({ userId }: { userId: string }) => ({ userId, ref: 'once' });
  const each = ({ userId, factId }: { userId: string; factId: string }) => ({
    userId,
    ref: factId,
  });

  const ofCertificate = ({ certificateId }: { certificateId: string }) => ({
    userId: null,
    ref: certificateId,
  });

  const ofAct = ({ certificateId, factId }: { certificateId: string; factId: string }) => ({
    userId: null,
    ref: `${certificateId}-${factId}`,
  });

  return [
    ...tell(accountRegistered, 'confirm', once),
    ...tell(accountConfirmationRequested, 'confirm', each),
    ...tell(accountEmailConfirmed, 'welcome', once),
    ...tell(accountPasswordResetRequested, 'reset', each),
    ...tell(accountSignUpRepeated, 'sign-up-repeated', each),
    ...tell(accountEmailChangeRequested, 'email-change', each),
    ...tell(accountEmailChanged, 'email-changed', each),
    ...tell(accountPasswordChanged, 'password-changed', each),
    ...tell(accountsMerged, 'accounts-merged', ({ from, to }) => ({ userId: to, ref: from })),
    ...tell(accountsMerged, 'account-gone', ({ from, to }) => ({ userId: to, ref: from })),
    ...tell(accountNewDevice, 'new-device', ({ userId, deviceId }) => ({ userId, ref: deviceId })),
    ...tell(enrolmentCreated, 'enrolled', ({ enrolmentId }) => ({
      userId: null,
      ref: enrolmentId,
    })),
    ...tell(reportDue, 'report', ({ reportId }) => ({ userId: null, ref: reportId })),
    ...tell(offerMade, 'invited', ({ offerId }) => ({ userId: null, ref: offerId })),
    ...tell(enrolmentReminded, 'reminded', ({ reminderId }) => ({ userId: null, ref: reminderId })),
    ...tell(certificateIssued, 'certificate-ready', ofCertificate),
    ...tell(certificateReplaced, 'certificate-replaced', ofCertificate),
    ...tell(certificateRevoked, 'certificate-revoked', ofAct),
    ...tell(certificateSuspended, 'certificate-suspended', ofAct),
    ...tell(certificateReinstated, 'certificate-reinstated', ofAct),
    ...tell(certificateExpiring, 'certificate-expiring', ({ certificateId, days }) => ({
      userId: null,
      ref: `${certificateId}-${days}`,
    })),
  ];
}
