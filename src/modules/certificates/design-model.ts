import { model, Schema, type Types } from 'mongoose';

/** Someone's own design, as a Typst file. Written once: what is to look different is another one. */
export interface OwnDesignRow {
  _id: Types.ObjectId;
  organisationId: string;
  /** Ids from the root of the tree to the organisation. */
  organisationPath: string[];
  name: string;
  source: string;
  sha256: string;
  /** Of its first page, in points; a design of before they were kept has none. */
  size?: { width: number; height: number };
  createdAt: Date;
}

const text = { type: String, required: true, immutable: true } as const;

const ownDesign = new Schema<OwnDesignRow>(
  {
    organisationId: text,
    organisationPath: { type: [String], required: true },
    name: text,
    source: text,
    sha256: text,
    size: { type: { width: Number, height: Number }, immutable: true, _id: false },
    createdAt: { type: Date, required: true, immutable: true },
  },
  { collection: 'certificate_designs', versionKey: false },
);
// The same file twice is one design.
ownDesign.index({ organisationId: 1, sha256: 1 }, { unique: true });
ownDesign.index({ organisationPath: 1, createdAt: -1 });

export const OwnDesign = model('OwnDesign', ownDesign);

/** Which design the certificates of an organisation have, or those of one of its courses. */
export interface DesignChoiceRow {
  _id: Types.ObjectId;
  organisationId: string;
  /** `''`: every course for which nothing else is chosen. */
  courseSlug: string;
  /** One of ours by its name, or `own-<id>`. */
  design: string;
}

const choice = new Schema<DesignChoiceRow>(
  {
    organisationId: text,
    courseSlug: { type: String, default: '', immutable: true },
    design: { type: String, required: true },
  },
  { collection: 'certificate_design_choices', versionKey: false },
);
choice.index({ organisationId: 1, courseSlug: 1 }, { unique: true });

export const DesignChoice = model('DesignChoice', choice);
