import type { Access } from '../access';
import type { Doc } from '../bson/codec';
import type { Collection } from '../catalog';
import type { Engine } from '../engine';
import type { Env } from '../env';
import { EngineError } from '../errors';
import type { Session } from '../sessions';
import type { Writer } from '../store';
import type { Reply } from '../wire';

/** A command on its way: what was asked, and what it may use. */
export interface Context {
  engine: Engine;
  name: string;
  body: Doc;
  db: string;
  sequences: Map<string, Uint8Array[]>;
  env: Env;
  access: Access;
  session: Session | null;
  /** The number of a retryable write, null for anything else. */
  retry: Retry | null;
  /** When `maxTimeMS` ends, in milliseconds since 1970. */
  deadline: number;
  /** The connection that it came on. */
  connection: object;
  /** How many slices a read may still work here before the thread of long reads takes it over. */
  patience: { slices: number } | null;
}

/** A read has worked long enough in the thread that everybody shares. */
export class TooLongHere extends Error {}

/** Nobody else is served while a regular expression works on one value. */
export const MAX_REGEX_MS = 100;

/** Statements of a retryable write that are already done, and the reply that they made. */
export interface Retry {
  next: number;
  reply: Doc | null;
  /** To be called in the task that does the work. */
  remember(writer: Writer, next: number, reply: Doc, finished: boolean): void;
}

export interface Command {
  run(context: Context): Promise<Reply> | Reply;
  /** May run inside a transaction. */
  inTransaction?: boolean;
  /** A retryable write: its `txnNumber` is remembered. */
  retryable?: boolean;
  /** Only reads, and may be begun again in another thread. */
  movable?: boolean;
  /** Only in the database `admin`. */
  admin?: boolean;
}

export const reply = (fields: Doc = {}): Reply => ({ fields });

/** The collection of a command, as its transaction finds it where there is one. */
export const collectionNamed = (
  { access, engine, db }: Context,
  name: string,
  where = db,
): Collection | undefined =>
  access.transaction ? access.transaction.find(where, name) : engine.catalog.find(where, name);

/** A new collection: of a transaction it is there for others when that is committed. */
export const makeCollection = async (
  { access, engine, db }: Context,
  name: string,
  options: Doc = {},
): Promise<Collection> => {
  if (name.startsWith('system.') && !SYSTEM.has(name))
    throw new EngineError(73, 'InvalidNamespace', `Invalid system namespace: ${db}.${name}`);
  return access.transaction
    ? access.transaction.make(db, name, options)
    : engine.store.write((writer) => engine.catalog.create(writer, db, name, options));
};

const SYSTEM = new Set(['system.js', 'system.profile', 'system.users', 'system.version']);
