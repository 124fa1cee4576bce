import { ModuleFeedback, type ModuleFeedbackRow } from './feedback-model';

/** What someone wrote about a module. */
export interface Feedback {
  readonly moduleId: string;
  readonly versionId: string;
  readonly text: string;
  /** Id of the person, for what was signed; otherwise nobody can tell. */
  readonly signedBy: string | null;
  readonly at: Date;
}

const toFeedback = ({ moduleId, versionId, text, signedBy, at }: ModuleFeedbackRow): Feedback => ({
  moduleId,
  versionId,
  text,
  signedBy,
  at,
});

/** What was written about a course, or one module of it, the latest first: a page. */
export async function feedbackOn(
  courseSlug: string,
  moduleId: string | null,
  page: { skip: number; limit: number },
): Promise<{ items: Feedback[]; total: number }> {
  const filter = { courseSlug, ...(moduleId === null ? {} : { moduleId }) };
  const rows = await ModuleFeedback.find(filter)
    .sort({ at: -1, _id: -1 })
    .skip(page.skip)
    .limit(page.limit)
    .lean<ModuleFeedbackRow[]>();
  return { items: rows.map(toFeedback), total: await ModuleFeedback.countDocuments(filter) };
}

/** What someone wrote about a module of their own enrolment, or null. */
export async function ownFeedback(enrolmentId: string, moduleId: string): Promise<Feedback | null> {
  const row = await ModuleFeedback.findOne({ enrolmentId, moduleId }).lean<ModuleFeedbackRow>();
  return row && toFeedback(row);
}
