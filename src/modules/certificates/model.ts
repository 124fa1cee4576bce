import { model, Schema, type Types } from 'mongoose';

/** What was true when the certificate was awarded. Written once, never changed. */
export interface Snapshot {
  holderName: string;
  /** The holder's language: the PDF carries it beside English. */
  language: string;
  courseSlug: string;
  /** By language. */
  courseTitle: Record<string, string>;
  courseLanguage: string;
  versionId: string;
  versionNumber: number;
  /** Hours of learning. */
  hours: number;
  level: string;
  skills: string[];
  /** Per cent; null when the course does not show it. */
  mark: number | null;
  organisation: { id: string; code: string; name: string };
  /** Day of the award in `timeZone`: YYYY-MM-DD. */
  date: string;
  /** Last day on which it is valid, in `timeZone`; null: for ever. */
  expiresOn: string | null;
  timeZone: string;
  /** Name of the design; null for a certificate that is older than the choice. */
  design: string | null;
}

/** What people have decided about it; that time has run out is read from `expiresAt`. */
export const STANDINGS = ['valid', 'suspended', 'revoked', 'superseded'] as const;
export type Standing = (typeof STANDINGS)[number];

/** An enrolment has at most one certificate that stands like this: the head of its chain. */
export const LIVE: readonly Standing[] = ['valid', 'suspended', 'revoked'];

/** An act upon a certificate, with the words that its holder and whoever checks it are told. */
interface Act {
  at: Date;
  reason: string;
}

export interface CertificateRow {
  _id: Types.ObjectId;
  enrolmentId: string;
  userId: string;
  number: string;
  code: string;
  issuedAt: Date;
  snapshot: Snapshot;
  /** `signedBy`: id of the key; null when it is not signed. */
  pdf: { key: string; sha256: string; size: number; signedBy: string | null } | null;
  standing: Standing;
  revocation: Act | null;
  suspension: Act | null;
  /** Replaced by another certificate of the same enrolment, such as one with the right name. */
  supersession: (Act & { by: string }) | null;
  /** Id of the one that it replaces. */
  supersedes: string | null;
  /** The first moment at which it is no longer valid; null: none. */
  expiresAt: Date | null;
  /** Id of the earlier award of the same course that it renews, and the other way round. */
  renews: string | null;
  renewedBy: string | null;
  /** Days before the end of which the holder has been reminded. */
  reminded: number[];
  /** From the root of the tree to the organisation that awards it: who may act upon it. */
  awardPath: string[];
  /** The same with the organisations of the enrolment: who may see it. */
  organisationPath: string[];
  /** What it is found by: the name, the course, the number and the code. */
  words: string[];
}

const text = { type: String, required: true } as const;

/** Mongoose passes over a change of such a field, whoever makes it. */
const fixed = { ...text, immutable: true } as const;

const snapshot = new Schema<Snapshot>(
  {
    holderName: fixed,
    language: fixed,
    courseSlug: fixed,
    courseTitle: { type: Schema.Types.Mixed, required: true, immutable: true },
    courseLanguage: fixed,
    versionId: fixed,
    versionNumber: { type: Number, required: true, immutable: true },
    hours: { type: Number, required: true, immutable: true },
    level: fixed,
    skills: { type: [String], required: true, immutable: true },
    mark: { type: Number, default: null, immutable: true },
    organisation: {
      type: new Schema({ id: fixed, code: fixed, name: fixed }, { _id: false }),
      required: true,
      immutable: true,
    },
    date: fixed,
    expiresOn: { type: String, default: null, immutable: true },
    timeZone: fixed,
    design: { type: String, default: null, immutable: true },
  },
  { _id: false },
);

const act = { at: { type: Date, required: true }, reason: text } as const;
const actOf = { type: new Schema<Act>(act, { _id: false }), default: null };
const id = { type: String, default: null } as const;

const schema = new Schema<CertificateRow>(
  {
    enrolmentId: fixed,
    userId: fixed,
    number: fixed,
    code: fixed,
    issuedAt: { type: Date, required: true, immutable: true },
    snapshot: { type: snapshot, required: true, immutable: true },
    pdf: {
      type: new Schema(
        { key: text, sha256: text, size: Number, signedBy: { type: String, default: null } },
        { _id: false },
      ),
      default: null,
    },
    standing: { type: String, enum: STANDINGS, required: true },
    revocation: actOf,
    suspension: actOf,
    supersession: {
      type: new Schema<Act & { by: string }>({ ...act, by: fixed }, { _id: false }),
      default: null,
    },
    supersedes: { ...id, immutable: true },
    expiresAt: { type: Date, default: null, immutable: true },
    renews: { ...id, immutable: true },
    renewedBy: id,
    reminded: { type: [Number], required: true },
    awardPath: { type: [String], required: true },
    organisationPath: { type: [String], required: true },
    words: { type: [String], required: true },
  },
  { collection: 'certificates', versionKey: false },
);
// The rule "one live certificate for one enrolment" lives here, not in a check.
schema.index(
  { enrolmentId: 1 },
  {
    name: 'one_live_award',
    unique: true,
    partialFilterExpression: { standing: { $in: LIVE } },
  },
);
schema.index({ code: 1 }, { unique: true });
schema.index({ number: 1 }, { unique: true });
schema.index({ userId: 1, issuedAt: -1 });
schema.index({ issuedAt: -1, _id: -1 });
schema.index({ organisationPath: 1, issuedAt: -1, _id: -1 });
schema.index({ standing: 1, expiresAt: 1 });
schema.index({ words: 1 });

export const Certificate = model('Certificate', schema);

const reconciliation = new Schema<{
  _id: string;
  at: Date;
  mended: number;
  missing: number;
  unearned: number;
}>(
  {
    _id: text,
    at: { type: Date, required: true },
    mended: { type: Number, required: true },
    missing: { type: Number, required: true },
    unearned: { type: Number, required: true },
  },
  { collection: 'certificate_reconciliations', versionKey: false },
);

/** One row, `last`: what the latest comparison with the completions found. */
export const ReconciliationRun = model('ReconciliationRun', reconciliation);
