import { model, Schema, type Types } from 'mongoose';
import { DAY } from '../../shared/clock';
import type { ErrorValues } from '../errors';

export const ACT_STATES = ['waiting', 'running', 'stopped', 'finished', 'failed'] as const;
export type ActState = (typeof ACT_STATES)[number];

/** An item that could not be done, and why. */
export interface ActFault {
  /** Of the item; 0: the act itself cannot go on. */
  number: number;
  label: string;
  messageKey: string;
  values: ErrorValues;
}

/** How many faults an act keeps; it counts all of them. */
export const FAULTS_KEPT = 1_000;

export interface ActRow {
  _id: Types.ObjectId;
  kind: string;
  by: string;
  /** Of the organisation on whose behalf it is done; empty: of none. */
  organisationPath: string[];
  params: unknown;
  total: number;
  /** Items that are through, those that failed included: the next one is number `done + 1`. */
  done: number;
  failed: number;
  state: ActState;
  /** False until the items of an act that was begun without them have been found. */
  gathered: boolean;
  /** Counts the jobs that were sent for it. */
  turn: number;
  faults: ActFault[];
  /** Begun twice with the same key it is done once. */
  onceKey: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** When something of it last went on. */
  touchedAt: Date;
}

const text = { type: String, required: true } as const;

const act = new Schema<ActRow>(
  {
    kind: { ...text, immutable: true },
    by: { ...text, immutable: true },
    organisationPath: { type: [String], required: true },
    params: { type: Schema.Types.Mixed, required: true },
    total: { type: Number, required: true },
    done: { type: Number, required: true },
    failed: { type: Number, required: true },
    state: { type: String, enum: ACT_STATES, required: true },
    gathered: { type: Boolean, default: true },
    turn: { type: Number, required: true },
    faults: [
      {
        _id: false,
        number: { type: Number, required: true },
        label: text,
        messageKey: text,
        values: { type: Schema.Types.Mixed },
      },
    ],
    onceKey: { type: String, default: null },
    createdAt: { type: Date, required: true },
    startedAt: { type: Date, default: null },
    finishedAt: { type: Date, default: null },
    touchedAt: { type: Date, required: true },
  },
  { collection: 'bulk_acts', versionKey: false, minimize: false },
);
act.index(
  { onceKey: 1 },
  { unique: true, partialFilterExpression: { onceKey: { $type: 'string' } } },
);
act.index({ kind: 1, createdAt: -1 });
act.index({ organisationPath: 1 });
act.index({ by: 1 });
act.index({ state: 1, touchedAt: 1 });

export const Act = model('BulkAct', act);

export interface ActItemRow {
  _id: Types.ObjectId;
  actId: Types.ObjectId;
  number: number;
  label: string;
  data: unknown;
  createdAt: Date;
}

const item = new Schema<ActItemRow>(
  {
    actId: { type: Schema.Types.ObjectId, required: true },
    number: { type: Number, required: true },
    label: { type: String, default: '' },
    data: { type: Schema.Types.Mixed, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'bulk_items', versionKey: false, minimize: false },
);
item.index({ actId: 1, number: 1 }, { unique: true });
// They hold what a person gave for other people: no longer than an act can be gone on with.
item.index({ createdAt: 1 }, { expireAfterSeconds: (90 * DAY) / 1000 });

export const ActItem = model('BulkItem', item);

/** How far an act has come that is one transaction: nobody else sees the inside of that. */
export interface ActProgressRow {
  _id: Types.ObjectId;
  done: number;
}

export const ActProgress = model(
  'BulkProgress',
  new Schema<ActProgressRow>(
    {
      _id: { type: Schema.Types.ObjectId, required: true },
      done: { type: Number, required: true },
    },
    { collection: 'bulk_progress', versionKey: false },
  ),
);
