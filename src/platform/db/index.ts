export {
  connectDb,
  databaseClockMs,
  disconnectDb,
  ensureIndexes,
  missingIndexes,
  pingDb,
  withOtherDb,
} from './connect';
export { withFreeLease, withLease } from './lease';
export { readerTogether } from './together';
export {
  inTransaction,
  isDuplicateKey,
  isInTransaction,
  outOfTransaction,
} from './transaction';
