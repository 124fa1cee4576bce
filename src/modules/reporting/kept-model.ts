import { model, Schema, type Types } from 'mongoose';
import { DAY } from '../../shared/clock';

export const RHYTHMS = ['never', 'week', 'month'] as const;
export type Rhythm = (typeof RHYTHMS)[number];

/** What of a list's address is kept. */
export type KeptQuery = Readonly<
  Partial<Record<'node' | 'course' | 'state' | 'q' | 'sort', string | undefined>>
>;

/** A list that someone keeps under a name, and whether it comes by mail. */
export interface ViewRow {
  _id: Types.ObjectId;
  userId: string;
  name: string;
  query: KeptQuery;
  every: Rhythm;
  /** The day on which the rhythm was chosen: nothing is sent for a time before. */
  since: string;
}

const viewSchema = new Schema<ViewRow>(
  {
    userId: { type: String, required: true },
    name: { type: String, required: true },
    query: { type: Schema.Types.Mixed, required: true },
    every: { type: String, enum: RHYTHMS, required: true },
    since: { type: String, required: true },
  },
  { collection: 'report_views', versionKey: false, minimize: false },
);
viewSchema.index({ userId: 1, name: 1 }, { unique: true });
viewSchema.index({ every: 1, _id: 1 });

export const View = model('ReportView', viewSchema);

/** A report that went out: once for a view and a week or month, by its unique index. */
export interface SentReportRow {
  _id: Types.ObjectId;
  viewId: string;
  /** First day of the week or month in which it goes out: `week-2026-11-16`. */
  period: string;
  userId: string;
  name: string;
  query: KeptQuery;
  figures: { enrolled: number; active: number; completed: number; overdue: number };
  /** Of the figures. */
  day: string;
  expiresAt: Date;
}

const sentSchema = new Schema<SentReportRow>(
  {
    viewId: { type: String, required: true },
    period: { type: String, required: true },
    userId: { type: String, required: true },
    name: { type: String, required: true },
    query: { type: Schema.Types.Mixed, required: true },
    figures: { type: Schema.Types.Mixed, required: true },
    day: { type: String, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'report_mails', versionKey: false, minimize: false },
);
sentSchema.index({ viewId: 1, period: 1 }, { unique: true });
sentSchema.index({ userId: 1 });
// It says for a while that it has expired; that it was sent must outlive the period itself.
sentSchema.index({ expiresAt: 1 }, { expireAfterSeconds: (60 * DAY) / 1000 });

export const SentReport = model('SentReport', sentSchema);
