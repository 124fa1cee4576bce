import { model, Schema, type Types } from 'mongoose';
import type { CourseContent } from './types';

/** A folder of the server, or uploads of trainers. */
export type CourseOrigin = 'folder' | 'upload';

export interface CourseRow {
  _id: Types.ObjectId;
  slug: string;
  /** Number of the newest published version; 0 before the first. */
  lastNumber: number;
  /** The version that people enrol in. */
  publishedId: Types.ObjectId | null;
  /** Since then nobody new may enrol; those inside go on. */
  retiredAt?: Date | null;
  /** Where its drafts come from; a course that is not told otherwise comes from a folder. */
  source?: CourseOrigin;
}

const courseSchema = new Schema<CourseRow>(
  {
    slug: { type: String, required: true },
    lastNumber: { type: Number, required: true },
    publishedId: { type: Schema.Types.ObjectId, default: null },
    retiredAt: { type: Date, default: null },
    source: { type: String, enum: ['folder', 'upload'] },
  },
  { collection: 'courses', versionKey: false },
);
courseSchema.index({ slug: 1 }, { unique: true });

export const Course = model('Course', courseSchema);

export interface VersionRow {
  _id: Types.ObjectId;
  courseSlug: string;
  status: 'draft' | 'published';
  /** Null while it is a draft. */
  number: number | null;
  /** Of the folder it was made from. */
  hash: string;
  content: CourseContent;
  createdAt: Date;
  publishedAt: Date | null;
  /** Storage key of its files as a .zip; versions from before that was kept have none. */
  archive?: string | null;
}

const versionSchema = new Schema<VersionRow>(
  {
    courseSlug: { type: String, required: true },
    status: { type: String, enum: ['draft', 'published'], required: true },
    number: { type: Number, default: null },
    hash: { type: String, required: true },
    content: { type: Schema.Types.Mixed, required: true },
    createdAt: { type: Date, required: true },
    publishedAt: { type: Date, default: null },
    archive: { type: String, default: null },
  },
  // Empty groups of a course's content are part of it.
  { collection: 'course_versions', versionKey: false, minimize: false },
);
versionSchema.index(
  { courseSlug: 1, number: 1 },
  { unique: true, partialFilterExpression: { number: { $type: 'number' } } },
);
versionSchema.index(
  { courseSlug: 1, status: 1 },
  { unique: true, partialFilterExpression: { status: 'draft' } },
);

export const CourseVersion = model('CourseVersion', versionSchema);

export interface CatalogueRow {
  _id: 'published';
  /** Goes up with each publication: tells the web processes that their list is old. */
  revision: number;
}

const catalogueSchema = new Schema<CatalogueRow>(
  { _id: { type: String, required: true }, revision: { type: Number, required: true } },
  { collection: 'catalogue', versionKey: false },
);

export const CatalogueState = model('CatalogueState', catalogueSchema);
