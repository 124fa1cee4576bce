import type { PersonalData } from '../../platform/personal';
import { SentReport, View, type ViewRow } from './kept-model';
import { Row } from './model';
import { markEnrolments } from './service/fold';

/** Rows are made from what other rooms keep: they are made again, without the one who is gone. */
export const reportingData: PersonalData = {
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
};
