import { model, Schema } from 'mongoose';
import type { QuestionNumbers } from './results/numbers';

/** What first attempts say of one question; kept up by a job, never counted at a view. */
export interface QuestionStatsRow extends QuestionNumbers {
  versionId: string;
  activityId: string;
  questionId: string;
}

const text = { type: String, required: true } as const;
const { Mixed } = Schema.Types;

const questionStats = new Schema<QuestionStatsRow>(
  {
    versionId: text,
    activityId: text,
    questionId: text,
    attempts: { type: Number, required: true },
    right: { type: Number, required: true },
    partly: { type: Number, required: true },
    wrong: { type: Number, required: true },
    unanswered: { type: Number, required: true },
    sums: { type: Mixed, required: true },
    chosen: { type: Mixed, required: true },
    typed: { type: Mixed, required: true },
    times: { type: [Number], required: true },
  },
  { collection: 'teaching_questions', versionKey: false, minimize: false },
);
questionStats.index({ versionId: 1, activityId: 1, questionId: 1 }, { unique: true });

export const QuestionStats = model('QuestionStats', questionStats);

/** Where people stop in a version; computed by a job. */
export interface StopsRow {
  versionId: string;
  computedAt: Date;
  people: number;
  completed: number;
  /** Stopped before they did anything. */
  before: number;
  /** In the order of the course: how many did it, and how many of these did nothing after it. */
  activities: { id: string; done: number; stopped: number }[];
}

const stops = new Schema<StopsRow>(
  {
    versionId: text,
    computedAt: { type: Date, required: true },
    people: { type: Number, required: true },
    completed: { type: Number, required: true },
    before: { type: Number, required: true },
    activities: { type: Mixed, required: true },
  },
  { collection: 'teaching_stops', versionKey: false },
);
stops.index({ versionId: 1 }, { unique: true });

export const Stops = model('TeachingStops', stops);

/** What moving everyone of a version to another one would do, as it was a moment ago. */
export interface MoveSumRow {
  fromId: string;
  toId: string;
  computedAt: Date;
  people: number;
  losing: number;
  completing: number;
  lost: { id: string; count: number }[];
}

const moveSums = new Schema<MoveSumRow>(
  {
    fromId: text,
    toId: text,
    computedAt: { type: Date, required: true },
    people: { type: Number, required: true },
    losing: { type: Number, required: true },
    completing: { type: Number, required: true },
    lost: { type: Mixed, required: true },
  },
  { collection: 'teaching_move_sums', versionKey: false },
);
moveSums.index({ fromId: 1, toId: 1 }, { unique: true });

export const MoveSums = model('TeachingMoveSums', moveSums);

/** Says that the attempts from before this room was there are counted as well. */
interface CountingRow {
  _id: 'results';
  since: Date;
}

export const Counting = model(
  'TeachingCounting',
  new Schema<CountingRow>(
    { _id: { type: String, required: true }, since: { type: Date, required: true } },
    { collection: 'teaching_counting', versionKey: false },
  ),
);
