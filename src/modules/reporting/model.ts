import { model, Schema } from 'mongoose';
import type { Day } from '../organisations';
import { type Counted, STATES } from './counts';

/** Sorts after every day. */
export const NEVER_DUE = '9999-12-31';

/** One enrolment as reports see it: made from facts, never from what was here before. */
export interface ReportContent extends Counted {
  enrolmentId: string;
  userId: string;
  name: string;
  /** By which names are put in order. */
  nameKey: string;
  email: string;
  /** Under which the person is found. */
  words: string[];
  courseSlug: string;
  nodes: string[];
  /** The organisations themselves, without those above: of memberships, then of who enrolled. */
  homes: string[];
  dueOn: string | null;
  /** By which late ones come first: `openDueOn`, or `NEVER_DUE`. */
  dueKey: string;
  progress: number;
  mark: number | null;
  certificateId: string | null;
  weeks: string[];
}

/** `g`: which building of the read models it belongs to. */
export interface ReportRow extends ReportContent {
  /** `<g>:<enrolmentId>` */
  _id: string;
  g: number;
}

const text = { type: String, required: true } as const;
const day = { type: String, default: null } as const;

const rowSchema = new Schema<ReportRow>(
  {
    _id: text,
    g: { type: Number, required: true },
    enrolmentId: text,
    userId: text,
    name: text,
    nameKey: text,
    email: text,
    words: { type: [String], required: true },
    courseSlug: text,
    nodes: { type: [String], required: true },
    homes: { type: [String], required: true },
    state: { type: String, enum: STATES, required: true },
    enrolledOn: text,
    completedOn: day,
    dueOn: day,
    openDueOn: day,
    dueKey: text,
    lastActiveOn: day,
    weeks: { type: [String], required: true },
    progress: { type: Number, required: true },
    mark: { type: Number, default: null },
    certificateId: day,
    certifiedOn: day,
  },
  { collection: 'report_rows', versionKey: false },
);
// A list has one place, so each of these gives its order without sorting.
rowSchema.index({ g: 1, nodes: 1, nameKey: 1, _id: 1 });
rowSchema.index({ g: 1, nodes: 1, enrolledOn: 1, _id: 1 });
rowSchema.index({ g: 1, nodes: 1, lastActiveOn: 1, _id: 1 });
rowSchema.index({ g: 1, nodes: 1, progress: 1, _id: 1 });
rowSchema.index({ g: 1, nodes: 1, dueKey: 1, _id: 1 });
rowSchema.index({ g: 1, nodes: 1, state: 1, nameKey: 1, _id: 1 });
rowSchema.index({ g: 1, words: 1 });
rowSchema.index({ g: 1, courseSlug: 1, words: 1 });
rowSchema.index({ userId: 1, g: 1 });

export const Row = model('ReportRow', rowSchema);

/** Figures of a place, a course and a bucket of time. */
export interface CountRow {
  /** See `countId`. */
  _id: string;
  g: number;
  n: Record<string, unknown>;
}

const countSchema = new Schema<CountRow>(
  { _id: text, g: { type: Number, required: true }, n: { type: Schema.Types.Mixed } },
  { collection: 'report_counts', versionKey: false, minimize: false },
);
countSchema.index({ g: 1 });

export const Count = model('ReportCount', countSchema);

/** An enrolment whose row is to be made again. */
interface MarkRow {
  /** Id of the enrolment. */
  _id: string;
  /** Goes up with each event, so that a mark set during the work outlives the work. */
  times: number;
}

export const Mark = model(
  'ReportMark',
  new Schema<MarkRow>(
    { _id: text, times: { type: Number, default: 0 } },
    { collection: 'report_marks', versionKey: false },
  ),
);

/** Which building of the read models is shown, and how far another one is. */
export interface BuildingRow {
  _id: 'building';
  current: number;
  /** The one being built. */
  next: number | null;
  /** Id of the last enrolment that is in it. */
  cursor: string | null;
  /** The day on which it was begun. */
  begunOn: Day | null;
  builtAt: Date | null;
  /** The day on which memberships that begin or end by the calendar were last followed. */
  followedOn: Day | null;
}

export const Building = model(
  'ReportBuilding',
  new Schema<BuildingRow>(
    {
      _id: text,
      current: { type: Number, required: true },
      next: { type: Number, default: null },
      cursor: { type: String, default: null },
      begunOn: { type: String, default: null },
      builtAt: { type: Date, default: null },
      followedOn: { type: String, default: null },
    },
    { collection: 'report_building', versionKey: false },
  ),
);
