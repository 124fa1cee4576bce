import type { RetentionRule } from '../../platform/retention';
import { ImportRow } from './model';

/** Rows of imports hold names; what became of an import is told by its figures. */
export const enrollingRetention: readonly RetentionRule[] = [
  {
    key: 'imports',
    days: 90,
    least: 1,
    most: 90,
    apply: async (until) =>
      (await ImportRow.deleteMany({ createdAt: { $lt: until } })).deletedCount,
  },
];
