import { audit, withoutWords } from '../../../platform/audit';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import { invalidField, NotFound } from '../../../platform/errors';
import { now } from '../../../shared/clock';
import { dayIn } from '../../organisations';
import {
  type KeptQuery,
  type Rhythm,
  SentReport,
  type SentReportRow,
  View,
  type ViewRow,
} from '../kept-model';

const MOST = 50;
/** Of accounts that were joined: who cannot see a list cannot stop its mails. */
const SHOWN = 500;

/** A person's views, by name. */
export const viewsOf = (userId: string): Promise<ViewRow[]> =>
  View.find({ userId }).sort({ name: 1 }).limit(SHOWN).lean<ViewRow[]>();

/** Keeps a list under a name. @param timeZone of its owner @throws Invalid on `name`: taken, or there are too many */
export async function saveView(
  view: { userId: string; name: string; query: KeptQuery; every: Rhythm },
  timeZone: string,
): Promise<void> {
  if ((await View.countDocuments({ userId: view.userId })) >= MOST) {
    throw invalidField('name', 'reporting.error.tooManyViews', { most: MOST });
  }
  try {
    await inTransaction(async () => {
      const row = await View.create({ ...view, since: dayIn(timeZone, now()) });
      await audit({
        action: 'reporting.save-view',
        subject: { kind: 'report-view', id: row.id },
        after: { name: view.name, query: withoutWords(view.query, 'q'), every: view.every },
      });
    });
  } catch (error) {
    if (isDuplicateKey(error)) throw invalidField('name', 'reporting.error.nameTaken');
    throw error;
  }
}

const own = async (userId: string, viewId: string): Promise<ViewRow> => {
  const row = await View.findOne({ _id: viewId, userId }).lean<ViewRow>();
  if (!row) throw new NotFound();
  return row;
};

/** Sets how often a view comes by mail. @throws NotFound for anyone else's */
export const setRhythm = (
  request: { userId: string; viewId: string; every: Rhythm },
  timeZone: string,
): Promise<void> =>
  inTransaction(async () => {
    const { userId, viewId, every } = request;
    const row = await own(userId, viewId);
    if (row.every === every) return;
    await View.updateOne({ _id: row._id }, { $set: { every, since: dayIn(timeZone, now()) } });
    await audit({
      action: 'reporting.schedule-view',
      subject: { kind: 'report-view', id: viewId },
      before: { every: row.every },
      after: { every },
    });
  });

/** @throws NotFound for anyone else's */
export const removeView = (request: { userId: string; viewId: string }): Promise<void> =>
  inTransaction(async () => {
    const row = await own(request.userId, request.viewId);
    await View.deleteOne({ _id: row._id });
    await audit({
      action: 'reporting.remove-view',
      subject: { kind: 'report-view', id: request.viewId },
      before: { name: row.name, query: withoutWords(row.query, 'q'), every: row.every },
    });
  });

/** The lists of someone whose account was joined with another: under another name where one is taken. */
export const mergeViews = (from: string, to: string): Promise<void> =>
  inTransaction(async () => {
    const taken = new Set((await View.find({ userId: to }, { name: 1 }).lean()).map((v) => v.name));
    for (const row of await View.find({ userId: from }).lean<ViewRow[]>()) {
      let name = row.name;
      for (let count = 2; taken.has(name); count += 1) name = `${row.name} (${count})`;
      taken.add(name);
      await View.updateOne({ _id: row._id }, { $set: { userId: to, name } });
    }
    await SentReport.updateMany({ userId: from }, { $set: { userId: to } });
  });

/** A report that was sent; null when there is none. */
export const findSentReport = (reportId: string): Promise<SentReportRow | null> =>
  SentReport.findById(reportId).lean<SentReportRow>();
