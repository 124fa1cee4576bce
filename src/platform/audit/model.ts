import { model, Schema, type Types } from 'mongoose';

/** What can be taken out of a sealed entry later without breaking the chain: a digest stays. */
export const PARTS = ['origin', 'detail'] as const;
export type Part = (typeof PARTS)[number];

/** A digest of a part, and the salt without which nobody finds out by trying what was in it. */
interface PartSeal {
  salt: string | null;
  digest: string;
  /** The entry that says why the part was taken out; null while it is there. */
  erasedBy: string | null;
}

export interface AuditRow {
  _id: Types.ObjectId;
  /** `<room>.<act>`, such as `learning.enrol`. */
  action: string;
  at: Date;
  /** Who; null for the system itself and for someone not signed in. */
  userId: string | null;
  /** The administrator who acted as `userId`; null when they acted themselves. */
  byUserId: string | null;
  /** Part `origin`. */
  ip: string | null;
  requestId: string | null;
  jobId: string | null;
  subject: { kind: string; id: string };
  /** `before` and `after`: part `detail`. */
  before: unknown;
  after: unknown;
  /** Place in the chain, from 1; null until it is sealed. */
  sequence: number | null;
  /** Hash of the entry before it. */
  previous: string | null;
  hash: string | null;
  parts: Record<Part, PartSeal> | null;
}

const part = {
  salt: { type: String, default: null },
  digest: { type: String, required: true },
  erasedBy: { type: String, default: null },
};

const schema = new Schema<AuditRow>(
  {
    action: { type: String, required: true },
    at: { type: Date, required: true },
    userId: { type: String, default: null },
    byUserId: { type: String, default: null },
    ip: { type: String, default: null },
    requestId: { type: String, default: null },
    jobId: { type: String, default: null },
    subject: {
      kind: { type: String, required: true },
      id: { type: String, required: true },
    },
    before: { type: Schema.Types.Mixed, default: null },
    after: { type: Schema.Types.Mixed, default: null },
    sequence: { type: Number, default: null },
    previous: { type: String, default: null },
    hash: { type: String, default: null },
    parts: {
      type: new Schema({ origin: part, detail: part }, { _id: false }),
      default: null,
    },
  },
  { collection: 'audit', versionKey: false, minimize: false },
);
schema.index({ 'subject.kind': 1, 'subject.id': 1, at: -1, _id: -1 });
schema.index({ userId: 1, at: -1, _id: -1 });
schema.index({ byUserId: 1, at: -1, _id: -1 });
schema.index({ action: 1, at: -1, _id: -1 });
schema.index({ at: -1, _id: -1 });
schema.index({ sequence: 1, _id: 1 });
// No two entries in one place of the chain, whoever seals.
schema.index(
  { sequence: 1 },
  {
    name: 'one_entry_a_place',
    unique: true,
    partialFilterExpression: { sequence: { $type: 'number' } },
  },
);

export const AuditLog = model('AuditRow', schema);

/** An end of the chain: `head` is its last entry, `start` the last one that retention took away. */
export interface ChainEndRow {
  _id: 'head' | 'start';
  sequence: number;
  hash: string;
  at: Date;
  /** Over the end, with a key that is not in the database. */
  signature: string;
}

export const ChainEnd = model(
  'AuditChainEnd',
  new Schema<ChainEndRow>(
    {
      _id: { type: String, required: true },
      sequence: { type: Number, required: true },
      hash: { type: String, required: true },
      at: { type: Date, required: true },
      signature: { type: String, required: true },
    },
    { collection: 'audit_ends', versionKey: false },
  ),
);
