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

const snapshot = new Schema<Snapshot>(
  {
    holderName: text,
    language: text,
    courseSlug: text,
    courseTitle: { type: Schema.Types.Mixed, required: true },
    courseLanguage: text,
    versionId: text,
    versionNumber: { type: Number, required: true },
    hours: { type: Number, required: true },
    level: text,
    skills: { type: [String], required: true },
    mark: { type: Number, default: null },
    organisation: {
      type: new Schema({ id: text, code: text, name: text }, { _id: false }),
      required: true,
    },
    date: text,
    timeZone: text,
  },
  { _id: false },
);

const schema = new Schema<CertificateRow>(
  {
    enrolmentId: { ...text, immutable: true },
    userId: { ...text, immutable: true },
    number: { ...text, immutable: true },
    code: { ...text, immutable: true },
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
