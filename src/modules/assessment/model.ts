import { model, Schema, type Types } from 'mongoose';
import type { Drawn } from './draw';
import type { Graded } from './grading';
import type { AnswerValue } from './types';

export interface QuestionResult extends Graded {
  questionId: string;
  points: number;
}

/** One go at a quiz. */
export interface AttemptRow {
  _id: Types.ObjectId;
  enrolmentId: string;
  userId: string;
  activityId: string;
  versionId: string;
  /** 1, 2, 3 … of this enrolment at this quiz. */
  number: number;
  status: 'open' | 'submitted';
  /** From which the draw was made, so that it can be made again. */
  seed: string;
  drawn: Drawn[];
  startedAt: Date;
  deadlineAt: Date | null;
  /** Counts up with each answer: the order in which the server took them. */
  answerCount: number;
  submittedAt: Date | null;
  /** Whole per cent; null until it was submitted, as are the following. */
  mark: number | null;
  passed: boolean | null;
  results: QuestionResult[] | null;
  /** Set while a first attempt waits to be counted among the results of its questions. */
  toCount?: true;
}

const text = { type: String, required: true, immutable: true } as const;
const { Mixed } = Schema.Types;

const attempt = new Schema<AttemptRow>(
  {
    enrolmentId: text,
    userId: text,
    activityId: text,
    versionId: text,
    number: { type: Number, required: true, immutable: true },
    status: { type: String, enum: ['open', 'submitted'], required: true },
    seed: text,
    drawn: { type: Mixed, required: true, immutable: true },
    startedAt: { type: Date, required: true, immutable: true },
    deadlineAt: { type: Date, default: null, immutable: true },
    answerCount: { type: Number, required: true },
    submittedAt: { type: Date, default: null },
    mark: { type: Number, default: null },
    passed: { type: Boolean, default: null },
    results: { type: Mixed, default: null },
    toCount: { type: Boolean },
  },
  { collection: 'attempts', versionKey: false, minimize: false },
);
attempt.index(
  { enrolmentId: 1, activityId: 1 },
  { unique: true, partialFilterExpression: { status: 'open' } },
);
attempt.index({ enrolmentId: 1, activityId: 1, number: 1 }, { unique: true });
attempt.index({ status: 1, deadlineAt: 1 });
attempt.index({ toCount: 1, _id: 1 }, { partialFilterExpression: { toCount: true } });

export const Attempt = model('Attempt', attempt);

/** One answer to one question as it arrived. Only ever added. */
export interface AnswerRow {
  _id: Types.ObjectId;
  attemptId: Types.ObjectId;
  /** Made where the answer was given; the same again is the same answer. */
  answerId: string;
  questionId: string;
  /** null: what was answered before was taken back. */
  value: AnswerValue | null;
  /** Ids of earlier answers of the same device that this one took the place of. */
  replaces: string[];
  sequence: number;
  at: Date;
}

const answer = new Schema<AnswerRow>(
  {
    attemptId: { type: Schema.Types.ObjectId, required: true, immutable: true },
    answerId: text,
    questionId: text,
    value: { type: Mixed, default: null, immutable: true },
    replaces: { type: [String], required: true, immutable: true },
    sequence: { type: Number, required: true, immutable: true },
    at: { type: Date, required: true, immutable: true },
  },
  { collection: 'answers', versionKey: false, minimize: false },
);
answer.index({ attemptId: 1, answerId: 1 }, { unique: true });
answer.index({ attemptId: 1, sequence: 1 }, { unique: true });

export const Answer = model('Answer', answer);
