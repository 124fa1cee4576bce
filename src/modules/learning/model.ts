import { model, Schema, type Types } from 'mongoose';
import { FACT_KINDS, type FactKind } from './progress';
import type { ActivityRecord } from './rule';

export const STATUSES = [
  'invited',
  'waiting',
  'active',
  'completed',
  'withdrawn',
  'expired',
] as const;
export type EnrolmentStatus = (typeof STATUSES)[number];

const VIAS = ['self', 'code', 'staff'] as const;

/** A person has at most one enrolment of a course, and round, that stands like this. */
const LIVE: readonly EnrolmentStatus[] = ['invited', 'waiting', 'active', 'completed'];

export interface EnrolmentRow {
  _id: Types.ObjectId;
  userId: string;
  courseSlug: string;
  versionId: string;
  /** 1; 2 and more when a completed course is taken again, such as for a certificate that ends. */
  round: number;
  /** The organisation that gave the code; null for someone who enrolled alone. */
  organisationId: string | null;
  /** The organisation of the code, those to which the person belonged at that moment, and all above. */
  organisationPath: string[];
  status: EnrolmentStatus;
  /** By themselves, with a code, or by staff of an organisation (`organisationId`). */
  via: (typeof VIAS)[number];
  code: string | null;
  /** Who enrolled them, of the staff; null for someone who did it themselves. */
  enrolledBy: string | null;
  /** The last day on which it is in time, YYYY-MM-DD in the time zone of the organisation; null: none. */
  dueOn: string | null;
  enrolledAt: Date;
  completedAt: Date | null;
  withdrawnAt: Date | null;
  /** Mean of the quiz marks in per cent at the moment of completion. */
  mark: number | null;
  /** Language in which the lessons are read; null: that of the person. */
  language: string | null;
  lastActivityId: string | null;
  lastSeenAt: Date;
  /** The page that says "you have completed" has been seen. */
  finishSeenAt: Date | null;
  /** The facts, folded: written in the transaction of each fact, so that a page needs one read. */
  done: ActivityRecord[];
  /** Counts up with each fact: two facts of one enrolment never pass each other unseen. */
  revision: number;
}

const text = { type: String, required: true } as const;

const activityRecord = new Schema<ActivityRecord>(
  {
    activityId: text,
    viewed: { type: Boolean, required: true },
    submitted: { type: Boolean, required: true },
    mark: { type: Number, default: null },
  },
  { _id: false },
);

const enrolment = new Schema<EnrolmentRow>(
  {
    userId: { ...text, immutable: true },
    courseSlug: { ...text, immutable: true },
    versionId: text,
    round: { type: Number, default: 1, immutable: true },
    organisationId: { type: String, default: null },
    organisationPath: { type: [String], required: true },
    status: { type: String, enum: STATUSES, required: true },
    via: { type: String, enum: VIAS, required: true },
    code: { type: String, default: null },
    enrolledBy: { type: String, default: null },
    dueOn: { type: String, default: null },
    enrolledAt: { type: Date, required: true },
    completedAt: { type: Date, default: null },
    withdrawnAt: { type: Date, default: null },
    mark: { type: Number, default: null },
    language: { type: String, default: null },
    lastActivityId: { type: String, default: null },
    lastSeenAt: { type: Date, required: true },
    finishSeenAt: { type: Date, default: null },
    done: { type: [activityRecord], required: true },
    revision: { type: Number, required: true },
  },
  { collection: 'enrolments', versionKey: false },
);
enrolment.index(
  { userId: 1, courseSlug: 1, round: 1 },
  { unique: true, partialFilterExpression: { status: { $in: LIVE } } },
);
enrolment.index({ userId: 1, status: 1, lastSeenAt: -1, _id: -1 });
enrolment.index({ userId: 1, status: 1, completedAt: -1, _id: -1 });
enrolment.index({ userId: 1, courseSlug: 1, enrolledAt: -1 });
enrolment.index({ status: 1, _id: 1 });
enrolment.index({ versionId: 1, status: 1, _id: 1 });
enrolment.index({ courseSlug: 1, lastSeenAt: -1, _id: -1 });
enrolment.index({ courseSlug: 1, status: 1, lastSeenAt: -1, _id: -1 });
enrolment.index({ organisationPath: 1 });
enrolment.index({ status: 1, dueOn: 1 });
enrolment.index({ status: 1, withdrawnAt: 1 });

export const Enrolment = model('Enrolment', enrolment);

/** One thing that happened in an enrolment. Only ever added. */
export interface FactRow {
  _id: Types.ObjectId;
  enrolmentId: Types.ObjectId;
  activityId: string;
  kind: FactKind;
  /** Per cent; null for `viewed`. */
  mark: number | null;
  at: Date;
  /** What makes it this fact and no other: the attempt's id; `''` where it can be true only once. */
  key: string;
}

const fact = new Schema<FactRow>(
  {
    enrolmentId: { type: Schema.Types.ObjectId, required: true, immutable: true },
    activityId: { ...text, immutable: true },
    kind: { type: String, enum: FACT_KINDS, required: true },
    mark: { type: Number, default: null },
    at: { type: Date, required: true, immutable: true },
    key: { type: String, default: '', immutable: true },
  },
  { collection: 'facts', versionKey: false },
);
fact.index({ enrolmentId: 1, activityId: 1, kind: 1, key: 1 }, { unique: true });

export const Fact = model('Fact', fact);

/** A code that lets people into a course, given out by an organisation. */
export interface EnrolmentCodeRow {
  _id: Types.ObjectId;
  code: string;
  courseSlug: string;
  organisationId: string | null;
  uses: number;
  /** null: as many as like. */
  maxUses: number | null;
  startsAt: Date;
  endsAt: Date | null;
}

const enrolmentCode = new Schema<EnrolmentCodeRow>(
  {
    code: { ...text, immutable: true },
    courseSlug: { ...text, immutable: true },
    organisationId: { type: String, default: null },
    uses: { type: Number, required: true, min: 0 },
    maxUses: { type: Number, default: null },
    startsAt: { type: Date, required: true },
    endsAt: { type: Date, default: null },
  },
  { collection: 'enrolmentcodes', versionKey: false },
);
enrolmentCode.index({ code: 1 }, { unique: true });

export const EnrolmentCode = model('EnrolmentCode', enrolmentCode);
