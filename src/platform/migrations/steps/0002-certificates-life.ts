import { type mongo, Types } from 'mongoose';
import { addMissing, dropIndex, type Migration } from '../migration';

const BATCH = 500;

interface OldCertificate {
  _id: mongo.ObjectId;
  enrolmentId: string;
  number: string;
  code: string;
  revocation?: object | null;
  snapshot: {
    holderName: string;
    courseTitle: Record<string, string>;
    organisation: { id: string };
  };
}

const wordsOf = ({ number, code, snapshot }: OldCertificate): string[] => {
  const texts = [number, code, snapshot.holderName, ...Object.values(snapshot.courseTitle)];
  const words = texts
    .join(' ')
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu);
  return [...new Set(words ?? [])].map((word) => word.slice(0, 40)).slice(0, 120);
};

/** The path of the organisation that awarded it; itself, should it be gone. */
async function pathOf(db: mongo.Db, id: string): Promise<string[]> {
  if (!Types.ObjectId.isValid(id)) return [id];
  const row = await db
    .collection<{ path: string[] }>('organisations')
    .findOne({ _id: new Types.ObjectId(id) });
  return row?.path ?? [id];
}

async function fill(db: mongo.Db): Promise<void> {
  const rows = db.collection<OldCertificate & { standing?: string }>('certificates');
  const paths = new Map<string, string[]>();
  for (;;) {
    const page = await rows
      .find({ standing: { $exists: false } })
      .limit(BATCH)
      .toArray();
    if (page.length === 0) return;
    for (const row of page) {
      const { id } = row.snapshot.organisation;
      const path = paths.get(id) ?? (await pathOf(db, id));
      paths.set(id, path);
      await rows.updateOne(
        { _id: row._id },
        {
          $set: {
            standing: row.revocation ? 'revoked' : 'valid',
            suspension: null,
            supersession: null,
            supersedes: null,
            expiresAt: null,
            renews: null,
            renewedBy: null,
            reminded: [],
            awardPath: path,
            organisationPath: path,
            words: wordsOf(row),
          },
        },
      );
    }
  }
}

/**
 * Certificates have a life: one enrolment can have several, of which one is live, and a course can
 * be taken again in another round. The rules of before (one for ever) were indexes, and go.
 */
export const certificatesLife: Migration = {
  number: 2,
  name: 'certificates: they can be replaced and renewed',
  needs: 2,
  run: async (db) => {
    await fill(db);
    await addMissing(db, 'enrolments', 'round', { round: 1 });
    await dropIndex(db, 'certificates', 'enrolmentId_1');
    await dropIndex(db, 'enrolments', 'userId_1_courseSlug_1');
  },
};
