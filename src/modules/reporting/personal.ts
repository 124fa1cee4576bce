import type { PersonalData } from '../../platform/personal';
import { enrolmentIdsOf } from '../learning';
import { SentReport, View, type ViewRow } from './kept-model';
import { Row } from './model';
import { fold, markEnrolments } from './service/fold';
import { mergeViews } from './service/views';

/** Rows are made from what other rooms keep: they are made again, without the one who is gone. */
export const reportingData = (timeZone: string): PersonalData => ({
  exportOf: async (userId) => ({
    keptLists: (await View.find({ userId }).lean<ViewRow[]>()).map(({ name, query, every }) => ({
      name,
      every,
      ...query,
    })),
  }),
  forget: async (userId) => {
    await View.deleteMany({ userId });
    await SentReport.deleteMany({ userId });
    const rows = await Row.distinct('enrolmentId', { userId });
    await markEnrolments(rows);
  },
  merge: async (from, to) => {
    await mergeViews(from, to);
    const rows = await Row.distinct('enrolmentId', { userId: { $in: [from, to] } });
    await markEnrolments([...new Set([...rows, ...(await enrolmentIdsOf([from, to]))])]);
    await fold(timeZone);
  },
});
