import type { TreeRecords } from '../../platform/tree';
import { followOwnPaths } from '../organisations';
import { Import } from './model';

/** Who sees an import follows the tree. */
export const importTree: TreeRecords = {
  follow: (move) =>
    followOwnPaths(move, ({ id, path }, astray) =>
      Import.updateMany({ organisationId: id, ...astray }, { $set: { organisationPath: path } }),
    ),
};
