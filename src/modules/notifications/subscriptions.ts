import { type EventDefinition, type Subscription, subscribe } from '../../platform/outbox';
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
} from '../accounts';
import { certificateIssued } from '../certificates';
import { enrolmentCreated } from '../learning';
import { isListed, type MailKind } from './kinds';
import type { NoticeIds } from './notice';

interface Jobs {
  list: JobDefinition<NoticeIds>;
  mail: JobDefinition<NoticeIds>;
}

/** Which events are told, as what. */
export function subscriptionsOf(jobs: Jobs): Subscription[] {
  const tell = <E>(
    event: EventDefinition<E>,
    kind: MailKind,
    idsOf: (payload: E) => Omit<NoticeIds, 'kind'>,
  ): Subscription[] => {
    const toPayload = (payload: E): NoticeIds => ({ kind, ...idsOf(payload) });
    return [
      subscribe(event, jobs.mail, { toPayload }),
      ...(isListed(kind) ? [subscribe(event, jobs.list, { toPayload })] : []),
    ];
  };
  const once = ({ userId }: { userId: string }) => ({ userId, ref: 'once' });
  const each = ({ userId, factId }: { userId: string; factId: string }) => ({
    userId,
    ref: factId,
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
    ...tell(accountNewDevice, 'new-device', ({ userId, deviceId }) => ({ userId, ref: deviceId })),
    ...tell(enrolmentCreated, 'enrolled', ({ enrolmentId }) => ({
      userId: null,
      ref: enrolmentId,
    })),
    ...tell(certificateIssued, 'certificate-ready', ({ certificateId }) => ({
      userId: null,
      ref: certificateId,
    })),
  ];
}
