import { isValidObjectId } from 'mongoose';
import { type Scope, withinScope } from '../../platform/authz';
import {
  Import,
  type ImportRecord,
  ImportRow,
  type ImportRowRecord,
  Offer,
  type OfferRecord,
  type Plan,
  Reminder,
} from './model';

const PER_PAGE = 20;

/** An import inside the scope, or null. */
export const findImport = (scope: Scope, importId: string): Promise<ImportRecord | null> =>
  isValidObjectId(importId)
    ? Import.findOne({ _id: importId, ...withinScope(scope) }).lean<ImportRecord>()
    : Promise.resolve(null);

/** The imports of a scope, the latest first. */
export async function listImports(scope: Scope, page: number) {
  const filter = withinScope(scope);
  const total = await Import.countDocuments(filter);
  const pages = Math.max(1, Math.ceil(total / PER_PAGE));
  const shown = Math.min(page, pages);
  const rows = await Import.find(filter)
    .sort({ createdAt: -1 })
    .skip((shown - 1) * PER_PAGE)
    .limit(PER_PAGE)
    .lean<ImportRecord[]>();
  return { rows, page: shown, pages };
}

/** Rows of an import that have this plan, in their order. */
export const rowsOf = (
  importId: ImportRecord['_id'],
  plan: Plan,
  limit: number,
): Promise<ImportRowRecord[]> =>
  ImportRow.find({ importId, plan }).sort({ line: 1 }).limit(limit).lean<ImportRowRecord[]>();

/** What a notice needs of an offer; null when it is no more or has been answered. */
export async function findOffer(
  offerId: string,
): Promise<{ userId: string; courseSlug: string; organisationId: string } | null> {
  const row = await Offer.findOne({ _id: offerId, state: 'open' }).lean<OfferRecord>();
  return (
    row && {
      userId: row.userId,
      courseSlug: row.courseSlug,
      organisationId: row.organisationId,
    }
  );
}

/** What a notice needs of a reminder. */
export async function findReminder(
  reminderId: string,
): Promise<{ userId: string; enrolmentId: string; actId: string } | null> {
  const row = await Reminder.findById(reminderId).lean();
  return row && { userId: row.userId, enrolmentId: row.enrolmentId, actId: row.actId };
}
