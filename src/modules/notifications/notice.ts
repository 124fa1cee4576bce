import { findDevice } from '../accounts';
import { findEnrolment } from '../learning';
import { findSentReport } from '../reporting';
import {
  type AboutCertificate,
  certificateNotices,
  isAboutCertificate,
} from './certificate-notice';
import { type AboutEnrolling, enrollingNotice, isAboutEnrolling } from './enrolling-notice';
import type { MailKind } from './kinds';
import type { NoticeValues } from './model';

/** A fact that someone is told of, in the list, by mail, or both. */
export interface Notice {
  kind: MailKind;
  userId: string;
  /** Same fact, same key. */
  key: string;
  values: NoticeValues;
  /** Path on this site to which it leads. */
  href: string;
}

/** What a job carries: ids only. */
export interface NoticeIds {
  kind: MailKind;
  /** Of an account; null where `ref` tells whose the fact is. */
  userId: string | null;
  /** Id of the enrolment, the certificate, the device or the fact. */
  ref: string;
}

const HREF: Record<
  Exclude<MailKind, 'enrolled' | 'report' | AboutCertificate | AboutEnrolling>,
  string
> = {
  welcome: '/courses',
  'new-device': '/me/sessions',
  'email-changed': '/me/email',
  'password-changed': '/me/sessions',
  'accounts-merged': '/me',
  'account-gone': '/sign-in',
  confirm: '/sign-up/check-your-mail',
  reset: '/forgot',
  'sign-up-repeated': '/sign-in',
  'email-change': '/me/email',
};

/** Looks up what several of a kind stand for, without those that are no more. */
export async function noticesOf(
  kind: MailKind,
  each: readonly Omit<NoticeIds, 'kind'>[],
): Promise<Notice[]> {
  if (isAboutCertificate(kind)) {
    const told = await certificateNotices(
      kind,
      each.map(({ ref }) => ref),
    );
    return told.map(({ ref, ...notice }) => ({ kind, key: `${kind}-${ref}`, ...notice }));
  }
  const notices: Notice[] = [];
  for (const ids of each) {
    const notice = await noticeOf({ kind, ...ids });
    if (notice) notices.push(notice);
  }
  return notices;
}

/** Looks up what the ids stand for; null when it is no more. */
async function noticeOf({ kind, userId, ref }: NoticeIds): Promise<Notice | null> {
  if (kind === 'enrolled') return enrolledNotice(ref);
  if (kind === 'report') return reportNotice(ref);
  if (isAboutCertificate(kind)) {
    const [notice] = await noticesOf(kind, [{ userId, ref }]);
    return notice ?? null;
  }
  if (isAboutEnrolling(kind)) {
    const told = await enrollingNotice(kind, ref);
    return told && { kind, key: `${kind}-${ref}`, ...told };
  }
  if (userId === null) throw new Error(`A notice ${kind} needs the account it is about`);
  return {
    kind,
    userId,
    key: `${kind}-${userId}-${ref}`,
    values: await valuesOf(kind, userId, ref),
    href: HREF[kind],
  };
}

async function enrolledNotice(enrolmentId: string): Promise<Notice | null> {
  const enrolment = await findEnrolment(enrolmentId);
  return (
    enrolment && {
      kind: 'enrolled',
      userId: enrolment.userId,
      key: `enrolled-${enrolmentId}`,
      values: { versionId: enrolment.versionId },
      href: `/learn/${enrolmentId}`,
    }
  );
}

async function reportNotice(reportId: string): Promise<Notice | null> {
  const report = await findSentReport(reportId);
  if (!report) return null;
  const { figures, day, userId, name } = report;
  const { enrolled, active, completed, overdue } = figures;
  return {
    kind: 'report',
    userId,
    key: `report-${reportId}`,
    values: {
      report: name,
      day,
      enrolled: String(enrolled),
      active: String(active),
      completed: String(completed),
      overdue: String(overdue),
    },
    href: `/staff/reports/${reportId}`,
  };
}

async function valuesOf(kind: MailKind, userId: string, ref: string): Promise<NoticeValues> {
  if (kind === 'new-device') return deviceValues(userId, ref);
  return kind === 'account-gone' ? { account: ref } : {};
}

async function deviceValues(userId: string, deviceId: string): Promise<NoticeValues> {
  const device = await findDevice(userId, deviceId);
  return {
    ...(device?.browser ? { browser: device.browser } : {}),
    ...(device?.system ? { system: device.system } : {}),
    ...(device ? { at: device.firstSeenAt.toISOString() } : {}),
  };
}
