export { connectDb, disconnectDb, ensureIndexes, pingDb } from './connect';
export { withLease } from './lease';
export { inTransaction, isDuplicateKey, isInTransaction } from './transaction';
