import { inTransaction } from '../../platform/db';
import type { TreeMove, TreeRecords } from '../../platform/tree';
import { slicesOf } from '../../shared/slices';
import { findOrganisations, followOwnPaths, sharedPathsNow } from '../organisations';
import { OwnDesign } from './design-model';
import { Certificate, type CertificateRow } from './model';

const SLICE = 250;

type Placed = Pick<CertificateRow, '_id' | 'userId' | 'awardPath' | 'organisationPath'> & {
  snapshot: Pick<CertificateRow['snapshot'], 'organisation'>;
};

/** Who may see a certificate and act upon it follows the tree; what stands in it never changes. */
const followSlice = (found: readonly Pick<Placed, '_id'>[], move: TreeMove): Promise<void> =>
  inTransaction(async () => {
    const rows = await Certificate.find(
      { _id: { $in: found.map(({ _id }) => _id) } },
      { userId: 1, awardPath: 1, organisationPath: 1, 'snapshot.organisation': 1 },
    ).lean<Placed[]>();
    const awarders = await findOrganisations([
      ...new Set(rows.map(({ snapshot }) => snapshot.organisation.id)),
    ]);
    const paths = await sharedPathsNow(
      rows.map(({ userId, organisationPath, snapshot }) => ({
        userId,
        organisationPath,
        own: [snapshot.organisation.id],
      })),
      move,
    );
    const writes = rows.flatMap((row, index) => {
      const organisationPath = paths[index] ?? row.organisationPath;
      const awardPath = [...(awarders.get(row.snapshot.organisation.id)?.path ?? row.awardPath)];
      return String(organisationPath) === String(row.organisationPath) &&
        String(awardPath) === String(row.awardPath)
        ? []
        : [
            {
              updateOne: {
                filter: { _id: row._id },
                update: { $set: { organisationPath, awardPath } },
              },
            },
          ];
    });
    if (writes.length > 0) await Certificate.bulkWrite(writes, { ordered: false });
  });

export const certificateTree: TreeRecords = {
  follow: async (move) => {
    await followOwnPaths(move, ({ id, path }, astray) =>
      OwnDesign.updateMany({ organisationId: id, ...astray }, { $set: { organisationPath: path } }),
    );
    const found = Certificate.find({ organisationPath: move.organisationId }, { _id: 1 })
      .lean<Pick<Placed, '_id'>[]>()
      .cursor({ batchSize: 1_000 });
    for await (const slice of slicesOf(found, SLICE)) await followSlice(slice, move);
  },
};
