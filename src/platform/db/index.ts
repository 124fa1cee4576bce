export { connectDb, disconnectDb, ensureIndexes, pingDb } from './connect';
export { inTransaction, isDuplicateKey, isInTransaction } from './transaction';
