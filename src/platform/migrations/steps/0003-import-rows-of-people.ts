import type { mongo } from 'mongoose';
import type { Migration } from '../migration';

const BATCH = 1_000;

interface ImportRow {
  _id: mongo.ObjectId;
  email: string | null;
}

/** As accounts wrote addresses down when this was made. */
const keyOf = (email: string): string => email.normalize('NFKC').trim().toLowerCase();

/** Rows of imports can be found by the person whom they name, to take their names out. */
export const importRowsOfPeople: Migration = {
  number: 3,
  name: 'enrolling: rows of imports are found by their person',
  needs: 0,
  run: async (db) => {
    const rows = db.collection<ImportRow & { whose?: string[] }>('import_rows');
    for (;;) {
      const some = await rows
        .find({ whose: { $exists: false } })
        .project<ImportRow>({ email: 1 })
        .limit(BATCH)
        .toArray();
      if (some.length === 0) return;
      await rows.bulkWrite(
        some.map(({ _id, email }) => ({
          updateOne: {
            filter: { _id },
            update: { $set: { whose: email === null ? [] : [keyOf(email)] } },
          },
        })),
      );
    }
  },
};
