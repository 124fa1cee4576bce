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
  timeZone: string;
}

export interface CertificateRow {
  _id: Types.ObjectId;
  enrolmentId: string;
  userId: string;
  number: string;
  code: string;
  issuedAt: Date;
  snapshot: Snapshot;
  pdf: { key: string; sha256: string; size: number } | null;
  revocation: { at: Date; reason: string } | null;
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
    timeZone: fixed,
  },
  { _id: false },
);

const schema = new Schema<CertificateRow>(
  {
    enrolmentId: fixed,
    userId: fixed,
    number: fixed,
    code: fixed,
    issuedAt: { type: Date, required: true, immutable: true },
    snapshot: { type: snapshot, required: true, immutable: true },
    pdf: {
      type: new Schema({ key: text, sha256: text, size: Number }, { _id: false }),
      default: null,
    },
    revocation: {
      type: new Schema({ at: { type: Date, required: true }, reason: text }, { _id: false }),
      default: null,
    },
  },
  { collection: 'certificates', versionKey: false },
);
// The rule "one certificate for one enrolment" lives here, not in a check.
schema.index({ enrolmentId: 1 }, { unique: true });
schema.index({ code: 1 }, { unique: true });
schema.index({ number: 1 }, { unique: true });
schema.index({ userId: 1, issuedAt: -1 });

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
