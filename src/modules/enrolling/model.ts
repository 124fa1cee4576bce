import { model, Schema, type Types } from 'mongoose';
import type { ErrorValues } from '../../platform/errors';
import { LANGUAGES, type Language } from '../../platform/i18n';
import { DAY } from '../../shared/clock';

const text = { type: String, required: true } as const;
const KEPT_SECONDS = (90 * DAY) / 1000;

/** What becomes of a row when the import is carried out. */
export const PLANS = ['enrol', 'invite', 'existing', 'bad'] as const;
export type Plan = (typeof PLANS)[number];

/** The columns of a file, in the order of the template. */
export const COLUMNS = [
  'email',
  'name',
  'number',
  'course',
  'due',
  'language',
  'organisation',
] as const;
export type Column = (typeof COLUMNS)[number];

/** What is wrong in one cell of a row. */
export interface RowFault {
  column: Column | 'row';
  /** What stands there, shortened. */
  value: string;
  messageKey: string;
  values: ErrorValues;
}

export interface ImportRecord {
  _id: Types.ObjectId;
  by: string;
  /** On whose behalf. */
  organisationId: string;
  organisationPath: string[];
  source: 'list' | 'file';
  fileName: string | null;
  /** The file, as long as it is kept; null for a list. */
  uploadId: string | null;
  /** Headings of columns that were not read, a few of them. */
  unread: string[];
  total: number;
  counts: Record<Plan, number>;
  /** Null until someone has said yes to it. */
  actId: string | null;
  createdAt: Date;
}

const importSchema = new Schema<ImportRecord>(
  {
    by: text,
    organisationId: text,
    organisationPath: { type: [String], required: true },
    source: { type: String, enum: ['list', 'file'], required: true },
    fileName: { type: String, default: null },
    uploadId: { type: String, default: null },
    unread: { type: [String], default: [] },
    total: { type: Number, required: true },
    counts: Object.fromEntries(PLANS.map((plan) => [plan, { type: Number, required: true }])),
    actId: { type: String, default: null },
    createdAt: { type: Date, required: true },
  },
  { collection: 'imports', versionKey: false },
);
importSchema.index({ organisationPath: 1, createdAt: -1 });
importSchema.index({ createdAt: -1 });
importSchema.index({ by: 1 });

export const Import = model('Import', importSchema);

export interface ImportRowRecord {
  _id: Types.ObjectId;
  importId: Types.ObjectId;
  /** In the file, or in the list that was pasted; from 1. */
  line: number;
  email: string | null;
  name: string | null;
  number: string | null;
  courseSlug: string | null;
  dueOn: string | null;
  language: Language | null;
  organisationId: string | null;
  plan: Plan;
  faults: RowFault[];
  /** By which it is found when its person is forgotten: the address, or without one the account. */
  whose: string[];
  createdAt: Date;
}

const rowSchema = new Schema<ImportRowRecord>(
  {
    importId: { type: Schema.Types.ObjectId, required: true },
    line: { type: Number, required: true },
    email: { type: String, default: null },
    name: { type: String, default: null },
    number: { type: String, default: null },
    courseSlug: { type: String, default: null },
    dueOn: { type: String, default: null },
    language: { type: String, enum: [...LANGUAGES, null], default: null },
    organisationId: { type: String, default: null },
    plan: { type: String, enum: PLANS, required: true },
    faults: [
      {
        _id: false,
        column: text,
        value: { type: String, default: '' },
        messageKey: text,
        values: { type: Schema.Types.Mixed },
      },
    ],
    whose: { type: [String], default: [] },
    createdAt: { type: Date, required: true },
  },
  { collection: 'import_rows', versionKey: false, minimize: false },
);
rowSchema.index({ importId: 1, line: 1 }, { unique: true });
rowSchema.index({ importId: 1, plan: 1, line: 1 });
rowSchema.index({ whose: 1 });
rowSchema.index({ createdAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });

export const ImportRow = model('ImportRow', rowSchema);

/** A file that someone brought, kept for a day so that its columns can be read otherwise. */
export interface UploadRecord {
  _id: Types.ObjectId;
  by: string;
  fileName: string;
  /** As it came, packed with gzip. */
  bytes: Types.Buffer;
  defaults: { organisationId: string; courseSlug: string | null; dueOn: string | null };
  createdAt: Date;
}

const uploadSchema = new Schema<UploadRecord>(
  {
    by: text,
    fileName: { type: String, default: '' },
    bytes: { type: Buffer, required: true },
    defaults: { type: Schema.Types.Mixed, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'import_files', versionKey: false },
);
uploadSchema.index({ by: 1 });
uploadSchema.index({ createdAt: 1 }, { expireAfterSeconds: DAY / 1000 });

export const Upload = model('ImportFile', uploadSchema);

/** What a heading stands for in the files of someone who has said so. */
interface HeadingRecord {
  by: string;
  /** See `plainHeading`. */
  heading: string;
  /** Null: to be left out. */
  column: Column | null;
}

const headingSchema = new Schema<HeadingRecord>(
  {
    by: text,
    heading: text,
    column: { type: String, enum: [...COLUMNS, null], default: null },
  },
  { collection: 'import_headings', versionKey: false },
);
headingSchema.index({ by: 1, heading: 1 }, { unique: true });

export const Heading = model('ImportHeading', headingSchema);

/** A place in a course that is kept for someone until they say yes or no. */
export interface OfferRecord {
  _id: Types.ObjectId;
  userId: string;
  courseSlug: string;
  organisationId: string;
  dueOn: string | null;
  by: string;
  /** The account was made for this offer: setting its password is the yes. */
  newAccount: boolean;
  /** Number in the union, for someone new. */
  number: string | null;
  state: 'open' | 'accepted' | 'declined';
  createdAt: Date;
  answeredAt: Date | null;
}

const offerSchema = new Schema<OfferRecord>(
  {
    userId: text,
    courseSlug: text,
    organisationId: text,
    dueOn: { type: String, default: null },
    by: text,
    newAccount: { type: Boolean, required: true },
    number: { type: String, default: null },
    state: { type: String, enum: ['open', 'accepted', 'declined'], required: true },
    createdAt: { type: Date, required: true },
    answeredAt: { type: Date, default: null },
  },
  { collection: 'enrolment_offers', versionKey: false },
);
offerSchema.index(
  { userId: 1, courseSlug: 1, organisationId: 1 },
  { unique: true, partialFilterExpression: { state: 'open' } },
);
offerSchema.index({ userId: 1, createdAt: -1 });

export const Offer = model('EnrolmentOffer', offerSchema);

/** The words of reminders that were sent together, in each language. */
export type MessageTexts = Record<Language, string>;

export interface ReminderRecord {
  _id: Types.ObjectId;
  userId: string;
  /** In the site's time zone: one reminder a person and day. */
  day: string;
  enrolmentId: string;
  by: string;
  /** The act that holds its words. */
  actId: string;
  createdAt: Date;
}

const reminderSchema = new Schema<ReminderRecord>(
  {
    userId: text,
    day: text,
    enrolmentId: text,
    by: text,
    actId: text,
    createdAt: { type: Date, required: true },
  },
  { collection: 'reminders', versionKey: false },
);
// Whatever is pressed, and however often: the index keeps the promise.
reminderSchema.index({ userId: 1, day: 1 }, { unique: true });
reminderSchema.index({ createdAt: 1 }, { expireAfterSeconds: (365 * DAY) / 1000 });

export const Reminder = model('Reminder', reminderSchema);
