import { mongo } from 'mongoose';
import { BackupError } from './format';

/** All reads through `session` see the database as it was at one moment. */
export interface View {
  readonly session: mongo.ClientSession | undefined;
  /** What a person can do about an error, where it comes from the view. */
  explain(error: unknown): unknown;
  close(): Promise<void>;
}

const SNAPSHOT_TOO_OLD = 239;
const NO_SUCH_TRANSACTION = 251;

/**
 * MongoDB gives a session that reads at one point in time (for 5 minutes, unless it is set to
 * more); the embedded engine gives a transaction, for 60 s. Who is alone needs neither.
 */
export async function openView(source: {
  client: mongo.MongoClient;
  db: mongo.Db;
  alone: boolean;
}): Promise<View> {
  if (source.alone) {
    return { session: undefined, explain: (error) => error, close: async () => undefined };
  }
  const { storageEngines } = await source.db.admin().buildInfo();
  const embedded = Array.isArray(storageEngines) && storageEngines.includes('lmdb');
  const session = source.client.startSession({ snapshot: !embedded });
  if (embedded) session.startTransaction({ readConcern: { level: 'snapshot' } });
  return {
    session,
    explain: (error) => {
      const code = error instanceof mongo.MongoServerError ? error.code : null;
      if (code === NO_SUCH_TRANSACTION)
        return new BackupError(
          'The embedded engine keeps a view for 60 s and the backup took longer. End Kelas and take it again: then it has all the time it needs.',
        );
      if (code === SNAPSHOT_TOO_OLD)
        return new BackupError(
          'The backup took longer than MongoDB keeps a snapshot. Raise its parameter minSnapshotHistoryWindowInSeconds (300 by default) and take it again.',
        );
      return error;
    },
    close: async () => {
      if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
      await session.endSession();
    },
  };
}
