import { model, Schema, type Types } from 'mongoose';

/** What someone wrote about a module; one text a module, which they may change. */
export interface ModuleFeedbackRow {
  _id: Types.ObjectId;
  enrolmentId: string;
  courseSlug: string;
  versionId: string;
  moduleId: string;
  text: string;
  /** The person, when they signed it; null: nobody is to know. */
  signedBy: string | null;
  at: Date;
}

const text = { type: String, required: true } as const;

const moduleFeedback = new Schema<ModuleFeedbackRow>(
  {
    enrolmentId: { ...text, immutable: true },
    courseSlug: { ...text, immutable: true },
    versionId: text,
    moduleId: { ...text, immutable: true },
    text,
    signedBy: { type: String, default: null },
    at: { type: Date, required: true },
  },
  { collection: 'module_feedback', versionKey: false },
);
moduleFeedback.index({ enrolmentId: 1, moduleId: 1 }, { unique: true });
moduleFeedback.index({ courseSlug: 1, at: -1, _id: -1 });
moduleFeedback.index({ courseSlug: 1, moduleId: 1, at: -1, _id: -1 });

export const ModuleFeedback = model('ModuleFeedback', moduleFeedback);
