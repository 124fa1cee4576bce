import { type Doc, decode } from '../bson/codec';
import { typeName } from '../bson/compare';
import {
  badValue,
  EngineError,
  failedToParse,
  location,
  notImplemented,
  typeMismatch,
  unknownField,
} from '../errors';
import type { Context } from './context';

/** Fields that any command may carry. */
const GENERIC = new Set([
  '$db',
  '$readPreference',
  '$clusterTime',
  '$audit',
  '$client',
  '$configServerState',
  'lsid',
  'txnNumber',
  'autocommit',
  'startTransaction',
  'stmtId',
  'stmtIds',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'maxTimeMSOpOnly',
  'comment',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'isRetry',
  'serverApi',
  'databaseVersion',
  'shardVersion',
  'mayBypassWriteBlocking',
  'allowImplicitCollectionCreation',
  'querySettings',
  'rawData',
]);

/** 40415 for a field that the command does not know. */
export function knownFields(body: Doc, where: string, ...names: string[]): void {
  const odd = Object.keys(body).find((key) => !GENERIC.has(key) && !names.includes(key));
  if (odd !== undefined) throw unknownField(where, odd);
}

const wrong = (field: string, v: unknown, wanted: string): EngineError =>
  typeMismatch(
    `BSON field '${field}' is the wrong type '${typeName(v)}', expected type '${wanted}'`,
  );

const missing = (field: string): EngineError =>
  location(40414, `BSON field '${field}' is missing but a required field`);

export function stringOf(body: Doc, field: string): string {
  const v = body[field];
  if (v === undefined) throw missing(field);
  if (typeof v !== 'string') throw wrong(field, v, 'string');
  return v;
}

export const isDoc = (v: unknown): v is Doc => typeName(v) === 'object';

export function docOr(body: Doc, field: string, otherwise: Doc): Doc {
  const v = body[field];
  if (v === undefined || v === null) return otherwise;
  if (!isDoc(v)) throw wrong(field, v, 'object');
  return v;
}

export function requiredDoc(body: Doc, field: string): Doc {
  const v = body[field];
  if (v === undefined) throw missing(field);
  if (!isDoc(v)) throw wrong(field, v, 'object');
  return v;
}

export function boolOr(body: Doc, field: string, otherwise: boolean): boolean {
  const v = body[field];
  if (v === undefined || v === null) return otherwise;
  if (typeof v === 'boolean') return v;
  if (NUMBERS.has(typeName(v))) return Number(v) !== 0;
  throw wrong(field, v, 'bool');
}

const NUMBERS = new Set(['int', 'long', 'double', 'decimal']);

export const isNumber = (v: unknown): boolean => NUMBERS.has(typeName(v));

/** A whole number of at least 0, or `undefined` where there is none. */
export function countOf(body: Doc, field: string): number | undefined {
  const v = body[field];
  if (v === undefined || v === null) return undefined;
  if (!isNumber(v)) throw wrong(field, v, 'long');
  const n = Number(v);
  if (!Number.isFinite(n)) throw badValue(`'${field}' must be a number that is finite`);
  if (n < 0)
    throw badValue(`BSON field '${field}' value must be >= 0, actual value '${Math.trunc(n)}'`);
  return Math.trunc(n);
}

export function arrayOf(body: Doc, field: string): unknown[] {
  const v = body[field];
  if (v === undefined) throw missing(field);
  if (!Array.isArray(v)) throw wrong(field, v, 'array');
  return v;
}

export function docsOf(body: Doc, field: string): Doc[] {
  const list = arrayOf(body, field);
  for (const [i, v] of list.entries()) if (!isDoc(v)) throw wrong(`${field}.${i}`, v, 'object');
  return list as Doc[];
}

/** The documents of a field, whether they came in the body or beside it. */
export function statementsOf(context: Context, field: string): Doc[] {
  const beside = context.sequences.get(field);
  const list = beside ? beside.map((bytes) => decode(bytes)) : docsOf(context.body, field);
  checkBatch(list.length);
  return list;
}

export function checkBatch(length: number): void {
  if (length === 0 || length > 100_000)
    throw new EngineError(
      16,
      'InvalidLength',
      `Write batch sizes must be between 1 and 100000. Got ${length} operations.`,
    );
}

/** The collection that a command names; 73 for a bad name. */
export function collectionName(context: Context): string {
  const v = context.body[context.name];
  if (typeof v !== 'string')
    throw new EngineError(
      73,
      'InvalidNamespace',
      `collection name has invalid type ${typeName(v)}`,
    );
  checkName(context.db, v);
  return v;
}

export function checkName(db: string, name: string): void {
  const bad = (why: string) =>
    new EngineError(73, 'InvalidNamespace', `Invalid namespace specified '${db}.${name}': ${why}`);
  if (name === '') throw bad('the name is empty');
  if (name.includes('\0')) throw bad('the name contains a null character');
  if (name.startsWith('.') || name.endsWith('.')) throw bad('the name begins or ends with a dot');
  if (name.includes('$') && !name.startsWith('$cmd')) throw bad("the name contains '$'");
  if (Buffer.byteLength(`${db}.${name}`) > 255) throw bad('the name is too long');
  checkDatabase(db);
}

export function checkDatabase(db: string): void {
  if (db === '' || /[/\\. "$\0]/.test(db) || Buffer.byteLength(db) > 63)
    throw new EngineError(73, 'InvalidNamespace', `Invalid database name: '${db}'`);
}

/** 238 for a collation that orders strings by language. */
export function checkCollation(body: Doc): void {
  const v = body['collation'];
  if (v === undefined || v === null) return;
  if (!isDoc(v)) throw wrong('collation', v, 'object');
  if (Object.keys(v).length > 0 && v['locale'] !== 'simple') {
    if (typeof v['locale'] !== 'string') throw failedToParse('collation needs a locale');
    throw notImplemented('collation');
  }
}
