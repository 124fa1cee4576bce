import type { Types } from 'mongoose';
import { inTransaction } from '../../platform/db';
import type { TreeMove, TreeRecords } from '../../platform/tree';
import { sharedPathsNow } from '../organisations';
import { Enrolment, type EnrolmentRow } from './model';

const SLICE = 250;

type Placed = Pick<EnrolmentRow, '_id' | 'userId' | 'organisationId' | 'organisationPath'>;

/** A slice in a transaction: what is read for a path is what stands there when it is written. */
const followSlice = (ids: readonly Types.ObjectId[], move: TreeMove): Promise<void> =>
  inTransaction(async () => {
    const rows = await Enrolment.find(
      { _id: { $in: ids } },
      { userId: 1, organisationId: 1, organisationPath: 1 },
    ).lean<Placed[]>();
    const paths = await sharedPathsNow(
      rows.map(({ userId, organisationId, organisationPath }) => ({
        userId,
        organisationPath,
        own: [organisationId],
      })),
      move,
    );
    const writes = rows.flatMap(({ _id, organisationPath: before }, index) => {
      const organisationPath = paths[index] ?? before;
      return String(organisationPath) === String(before)
        ? []
        : [{ updateOne: { filter: { _id }, update: { $set: { organisationPath } } } }];
    });
    if (writes.length > 0) await Enrolment.bulkWrite(writes, { ordered: false });
  });

/** Enrolments lie in the scopes of those above the organisations of their person. */
export const learningTree: TreeRecords = {
  follow: async (move) => {
    const found = Enrolment.find({ organisationPath: move.organisationId }, { _id: 1 })
      .lean()
      .cursor({ batchSize: 1_000 });
    let ids: Types.ObjectId[] = [];
    for await (const { _id } of found) {
      ids.push(_id);
      if (ids.length < SLICE) continue;
      await followSlice(ids, move);
      ids = [];
    }
    await followSlice(ids, move);
  },
};
