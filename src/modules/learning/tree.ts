import { inTransaction } from '../../platform/db';
import type { TreeMove, TreeRecords } from '../../platform/tree';
import { slicesOf } from '../../shared/slices';
import { sharedPathsNow } from '../organisations';
import { Enrolment, type EnrolmentRow } from './model';

const SLICE = 250;

type Placed = Pick<EnrolmentRow, '_id' | 'userId' | 'organisationId' | 'organisationPath'>;

/** A slice in a transaction: what is read for a path is what stands there when it is written. */
const followSlice = (found: readonly Pick<Placed, '_id'>[], move: TreeMove): Promise<void> =>
  inTransaction(async () => {
    const rows = await Enrolment.find(
      { _id: { $in: found.map(({ _id }) => _id) } },
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
      .lean<Pick<Placed, '_id'>[]>()
      .cursor({ batchSize: 1_000 });
    for await (const slice of slicesOf(found, SLICE)) await followSlice(slice, move);
  },
};
