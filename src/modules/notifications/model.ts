import { model, Schema, type Types } from 'mongoose';
import { DAY } from '../../shared/clock';
import { LISTED_KINDS, type ListedKind, MAIL_KINDS, type MailKind, OPTIONAL_MAILS } from './kinds';

/** Facts of a notice that do not depend on its reader's language; texts are made when it is read. */
export type NoticeValues = Record<string, string>;

export interface NotificationRow {
  _id: Types.ObjectId;
  userId: string;
  /** The fact that it tells of: told once to a person. */
  eventKey: string;
  kind: ListedKind;
  values: NoticeValues;
  /** Where it leads, on this site. */
  href: string;
  createdAt: Date;
  readAt: Date | null;
}

const notificationSchema = new Schema<NotificationRow>(
  {
    userId: { type: String, required: true },
    eventKey: { type: String, required: true },
    kind: { type: String, enum: LISTED_KINDS, required: true },
    values: { type: Schema.Types.Mixed, required: true },
    href: { type: String, required: true },
    createdAt: { type: Date, required: true },
    readAt: { type: Date, default: null },
  },
  { collection: 'notifications', versionKey: false, minimize: false },
);
notificationSchema.index({ userId: 1, eventKey: 1 }, { unique: true });
notificationSchema.index({ userId: 1, createdAt: -1, _id: -1 });
notificationSchema.index({ userId: 1, readAt: 1 });
// What has been read is forgotten after a year; what has not stays, and stays counted.
notificationSchema.index({ readAt: 1 }, { expireAfterSeconds: (365 * DAY) / 1000 });

export const Notification = model('Notification', notificationSchema);

export type MailStatus = 'waiting' | 'sent' | 'skipped' | 'failed';

/** One row a mail: what keeps it from being sent twice, whatever runs twice. */
export interface MailSendRow {
  _id: Types.ObjectId;
  sendKey: string;
  userId: string;
  kind: MailKind;
  status: MailStatus;
  /** Why it was skipped or has failed. */
  reason: string | null;
  tries: number;
  /** A try owns the row until then. */
  leasedUntil: Date;
  /** Which try that is. */
  holder: string | null;
  createdAt: Date;
  /** When the status became what it is. */
  at: Date;
}

const mailSendSchema = new Schema<MailSendRow>(
  {
    sendKey: { type: String, required: true },
    userId: { type: String, required: true },
    kind: { type: String, enum: MAIL_KINDS, required: true },
    status: { type: String, enum: ['waiting', 'sent', 'skipped', 'failed'], required: true },
    reason: { type: String, default: null },
    tries: { type: Number, default: 0 },
    leasedUntil: { type: Date, required: true },
    holder: { type: String, default: null },
    createdAt: { type: Date, required: true },
    at: { type: Date, required: true },
  },
  { collection: 'mail_sends', versionKey: false },
);
mailSendSchema.index({ sendKey: 1 }, { unique: true });
mailSendSchema.index({ status: 1, at: 1 });
mailSendSchema.index({ userId: 1, createdAt: -1 });
mailSendSchema.index({ status: 1, createdAt: -1 });
mailSendSchema.index({ createdAt: 1 }, { expireAfterSeconds: (365 * DAY) / 1000 });

export const MailSend = model('MailSend', mailSendSchema);

/** Which mails a person has switched off; no row: none. */
export interface MailChoiceRow {
  _id: Types.ObjectId;
  userId: string;
  off: MailKind[];
  /** The certificate's PDF comes with the mail that tells of it. */
  attachPdf: boolean;
}

const mailChoiceSchema = new Schema<MailChoiceRow>(
  {
    userId: { type: String, required: true },
    off: [{ type: String, enum: OPTIONAL_MAILS }],
    attachPdf: { type: Boolean, default: false },
  },
  { collection: 'mail_choices', versionKey: false },
);
mailChoiceSchema.index({ userId: 1 }, { unique: true });

export const MailChoice = model('MailChoice', mailChoiceSchema);
