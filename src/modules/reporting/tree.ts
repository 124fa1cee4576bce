import type { TreeRecords } from '../../platform/tree';
import { Row } from './model';
import { buildingNow, fold, markEnrolments } from './service/fold';

const MANY = 500;

/** The rows of everyone below the organisation are made again, from paths that have followed before. */
export const reportingTree = (timeZone: string): TreeRecords => ({
  follow: async ({ organisationId }) => {
    const { current } = await buildingNow();
    const found = Row.find({ g: current, nodes: organisationId }, { _id: 0, enrolmentId: 1 })
      .lean<{ enrolmentId: string }[]>()
      .cursor({ batchSize: 1_000 });
    let ids: string[] = [];
    for await (const { enrolmentId } of found) {
      ids.push(enrolmentId);
      if (ids.length < MANY) continue;
      await markEnrolments(ids);
      ids = [];
    }
    await markEnrolments(ids);
    await fold(timeZone);
  },
});
