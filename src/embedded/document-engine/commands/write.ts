import { stageOf } from '../aggregate/transforms';
import { type Doc, decode } from '../bson/codec';
import type { Collection } from '../catalog';
import { SLICE_MS } from '../cooperate';
import { EngineError, failedToParse, location, onlyFields } from '../errors';
import type { Matcher } from '../match';
import { insertDoc, replaceRow, withEach, withOne } from '../modify';
import { docOf, type Row } from '../query';
import { Held, type Writer } from '../store';
import { compileUpdate, type Updater } from '../update';
import { refuseExpr } from '../update/upsert';
import type { Reply } from '../wire';
import {
  boolOr,
  checkBatch,
  checkCollation,
  collectionName,
  docsOf,
  isDoc,
  isNumber,
  knownFields,
  requiredDoc,
  statementsOf,
} from './arguments';
import { type Command, type Context, collectionNamed, makeCollection, reply } from './context';
import { breathe, hintOf } from './read';

/** The collection of a write, made where it is missing. */
export const collectionFor = async (context: Context, name: string): Promise<Collection> =>
  collectionNamed(context, name) ?? (await makeCollection(context, name));

export interface WriteError extends Doc {
  index: number;
  code: number;
  errmsg: string;
}

/** Errors that end the whole command, not one statement of it. */
export const isFatal = (error: unknown): boolean =>
  !(error instanceof EngineError) || FATAL.has(error.code) || error.labels.length > 0;

const FATAL = new Set([8, 14031, 50, 112, 246, 251]);

const writeError = (index: number, error: EngineError): WriteError => ({
  index,
  code: error.code,
  ...error.extra,
  errmsg: error.message,
});

/** The state of a command of several statements; a retryable one goes on where it was cut off. */
class Statements {
  next: number;
  readonly reply: Doc & { n: number };
  readonly errors: WriteError[];

  constructor(
    private readonly context: Context,
    private readonly ordered: boolean,
    empty: Doc & { n: number },
  ) {
    const { retry } = context;
    this.next = retry?.next ?? 0;
    this.reply = { ...empty, ...retry?.reply, n: Number(retry?.reply?.['n'] ?? 0) };
    this.errors = (retry?.reply?.['writeErrors'] as WriteError[] | undefined) ?? [];
  }

  get stopped(): boolean {
    return this.ordered && this.errors.length > 0;
  }

  failed(index: number, error: unknown): void {
    if (isFatal(error)) throw error;
    this.errors.push(writeError(index, error as EngineError));
  }

  result(): Doc {
    return this.errors.length > 0 ? { ...this.reply, writeErrors: this.errors } : this.reply;
  }

  remember(writer: Writer, next: number, last: boolean): void {
    this.context.retry?.remember(writer, next, this.result(), last);
  }
}

async function insert(context: Context): Promise<Reply> {
  const { body, sequences } = context;
  knownFields(body, 'insert', 'insert', 'documents', 'ordered', 'bypassDocumentValidation');
  const name = collectionName(context);
  const raw = sequences.get('documents');
  const given = raw ? null : docsOf(body, 'documents');
  const length = raw?.length ?? given?.length ?? 0;
  checkBatch(length);
  const collection = await collectionFor(context, name);
  const state = new Statements(context, boolOr(body, 'ordered', true), { n: 0 });
  while (state.next < length && !state.stopped) {
    await context.access.write((writer) => {
      const until = performance.now() + SLICE_MS;
      try {
        while (state.next < length && !state.stopped && performance.now() <= until) {
          const bytes = raw?.[state.next];
          try {
            insertDoc(
              context,
              writer,
              collection,
              bytes ? decode(bytes) : (given?.[state.next] ?? {}),
              bytes,
            );
            state.reply.n++;
          } catch (error) {
            if (error instanceof Held) throw error;
            state.failed(state.next, error);
          }
          state.next++;
        }
      } finally {
        if (state.reply.n > 0)
          state.remember(writer, state.next, state.next >= length || state.stopped);
      }
    });
    if (state.next < length) await breathe(context);
  }
  return reply(state.result());
}

export interface UpdateStatement {
  filter: Doc;
  updater: Updater;
  sort: Doc | undefined;
  hint: unknown;
  multi: boolean;
  upsert: boolean;
}

export interface Updated {
  matched: number;
  modified: number;
  upsertedId?: unknown;
  /** The document before and after, where one was asked for. */
  before: Doc | null;
  after: Doc | null;
}

/** The change that an update statement describes, compiled. */
export function updaterOf(
  context: Context,
  u: unknown,
  upsert: boolean,
  arrayFilters: unknown,
  constants?: Doc,
): Updater {
  if (!isDoc(u) && !Array.isArray(u))
    throw failedToParse('Update argument must be either an object or an array');
  const env = constants
    ? { ...context.env, let: { ...context.env.let, ...constants } }
    : context.env;
  return compileUpdate(u as Doc | Doc[], {
    env,
    upsert,
    arrayFilters: arrayFilters === undefined ? undefined : docsOf({ arrayFilters }, 'arrayFilters'),
  });
}

/** Changes one document, or inserts what an upsert describes. `done` runs in the same write task. */
export async function updateOne(
  context: Context,
  collection: Collection,
  statement: UpdateStatement,
  done: (writer: Writer, result: Updated) => void,
): Promise<Updated> {
  const { updater, upsert, filter } = statement;
  if (upsert) refuseExpr(filter);
  for (let attempt = 0; ; attempt++) {
    try {
      return await withOne(context, collection, statement, (writer, row, matcher) => {
        const result: Updated = { matched: 0, modified: 0, before: null, after: null };
        if (row) {
          result.matched = 1;
          result.before = docOf(row);
          result.after =
            applyTo(context, writer, collection, updater, row, matcher) ?? result.before;
          result.modified = result.after === result.before ? 0 : 1;
        } else if (upsert) {
          result.after = insertDoc(context, writer, collection, updater.insertFor(filter));
          result.upsertedId = result.after['_id'];
        }
        done(writer, result);
        return result;
      });
    } catch (error) {
      // Another client may have inserted the very document that this upsert looked for.
      const again =
        upsert && attempt < 3 && !context.access.transaction && sameKeyAsked(error, filter);
      if (!again) throw error;
    }
  }
}

function sameKeyAsked(error: unknown, filter: Doc): boolean {
  if (!(error instanceof EngineError) || error.code !== 11000) return false;
  return Object.keys(error.extra['keyPattern'] as Doc).every((path) => Object.hasOwn(filter, path));
}

function applyTo(
  context: Context,
  writer: Writer,
  collection: Collection,
  updater: Updater,
  row: Row,
  matcher: Matcher,
): Doc | null {
  const doc = docOf(row);
  const changed = updater.apply(doc, matcher.testPositional(doc).arrayIndex);
  if (changed) replaceRow(context, writer, collection, row, changed);
  return changed;
}

export async function updateMany(
  context: Context,
  collection: Collection,
  statement: UpdateStatement,
): Promise<Updated> {
  if (statement.upsert) refuseExpr(statement.filter);
  const result: Updated = { matched: 0, modified: 0, before: null, after: null };
  await withEach(context, collection, statement, (writer, row, matcher) => {
    if (applyTo(context, writer, collection, statement.updater, row, matcher)) result.modified++;
    result.matched++;
  });
  if (result.matched > 0 || !statement.upsert) return result;
  return updateOne(context, collection, statement, () => {});
}

/** What makes the whole command invalid, wherever in it. */
function checkUpdate(one: Doc): void {
  onlyFields(
    one,
    'update.updates',
    'q',
    'u',
    'multi',
    'upsert',
    'arrayFilters',
    'hint',
    'collation',
    'c',
    'sort',
    'sampleId',
  );
  checkCollation(one);
  requiredDoc(one, 'q');
  boolOr(one, 'upsert', false);
  if (one['u'] === undefined)
    throw location(40414, "BSON field 'update.updates.u' is missing but a required field");
  if (boolOr(one, 'multi', false) && one['sort'] !== undefined)
    throw failedToParse('Cannot specify sort with multi=true');
  if (Array.isArray(one['u'])) one['u'].forEach(stageOf);
}

function updateStatement(context: Context, one: Doc): UpdateStatement {
  const upsert = boolOr(one, 'upsert', false);
  const multi = boolOr(one, 'multi', false);
  const updater = updaterOf(
    context,
    one['u'],
    upsert,
    one['arrayFilters'],
    one['c'] as Doc | undefined,
  );
  if (multi && updater.kind === 'replacement')
    throw failedToParse('multi update is not supported for replacement-style update');
  return {
    filter: requiredDoc(one, 'q'),
    updater,
    sort: one['sort'] as Doc | undefined,
    hint: hintOf(one['hint']),
    multi,
    upsert,
  };
}

async function update(context: Context): Promise<Reply> {
  const { body } = context;
  knownFields(body, 'update', 'update', 'updates', 'ordered', 'bypassDocumentValidation', 'let');
  const name = collectionName(context);
  const statements = statementsOf(context, 'updates');
  statements.forEach(checkUpdate);
  const state = new Statements(context, boolOr(body, 'ordered', true), { n: 0, nModified: 0 });
  for (; state.next < statements.length && !state.stopped; state.next++) {
    const index = state.next;
    try {
      const statement = updateStatement(context, statements[index] ?? {});
      const collection =
        collectionNamed(context, name) ??
        (statement.upsert ? await collectionFor(context, name) : undefined);
      if (!collection) continue;
      if (statement.multi) count(state, index, await updateMany(context, collection, statement));
      else
        await updateOne(context, collection, statement, (writer, result) => {
          count(state, index, result);
          if (result.modified > 0 || result.upsertedId !== undefined)
            state.remember(writer, index + 1, index + 1 >= statements.length);
        });
    } catch (error) {
      state.failed(index, error);
    }
  }
  return reply(state.result());
}

function count(state: Statements, index: number, result: Updated): void {
  state.reply.n += result.matched;
  state.reply['nModified'] = Number(state.reply['nModified']) + result.modified;
  if (result.upsertedId === undefined) return;
  state.reply.n++;
  const before = (state.reply['upserted'] ?? []) as Doc[];
  state.reply['upserted'] = [...before, { index, _id: result.upsertedId }];
}

/** Deletes what matches: one document, or all. */
export async function remove(
  context: Context,
  collection: Collection,
  target: { filter: Doc; sort?: Doc | undefined; hint?: unknown },
  single: boolean,
  done: (writer: Writer, row: Row) => void,
): Promise<number> {
  let n = 0;
  const one = (writer: Writer, row: Row) => {
    context.engine.documents.remove(writer, collection, row.record, docOf(row));
    n++;
  };
  if (!single) await withEach(context, collection, target, one);
  else
    await withOne(context, collection, target, (writer, row) => {
      if (!row) return;
      one(writer, row);
      done(writer, row);
    });
  return n;
}

function checkDelete(one: Doc): void {
  onlyFields(one, 'delete.deletes', 'q', 'limit', 'hint', 'collation', 'sampleId');
  checkCollation(one);
  requiredDoc(one, 'q');
  const { limit } = one;
  if (limit === undefined)
    throw location(40414, "BSON field 'delete.deletes.limit' is missing but a required field");
  if (!isNumber(limit) || (Number(limit) !== 0 && Number(limit) !== 1))
    throw failedToParse(`The limit field in delete objects must be 0 or 1. Got ${String(limit)}`);
}

async function deleteDocuments(context: Context): Promise<Reply> {
  const { body } = context;
  knownFields(body, 'delete', 'delete', 'deletes', 'ordered', 'let');
  const name = collectionName(context);
  const statements = statementsOf(context, 'deletes');
  statements.forEach(checkDelete);
  const collection = collectionNamed(context, name);
  const state = new Statements(context, boolOr(body, 'ordered', true), { n: 0 });
  for (; state.next < statements.length && !state.stopped; state.next++) {
    const index = state.next;
    try {
      const one = statements[index] ?? {};
      if (!collection) continue;
      const target = { filter: requiredDoc(one, 'q'), hint: hintOf(one['hint']) };
      const single = Number(one['limit']) === 1;
      const n = await remove(context, collection, target, single, (writer) => {
        state.reply.n++;
        state.remember(writer, index + 1, index + 1 >= statements.length);
      });
      if (!single) state.reply.n += n;
    } catch (error) {
      state.failed(index, error);
    }
  }
  return reply(state.result());
}

export const WRITE_COMMANDS: Record<string, Command> = {
  insert: { run: insert, inTransaction: true, retryable: true },
  update: { run: update, inTransaction: true, retryable: true },
  delete: { run: deleteDocuments, inTransaction: true, retryable: true },
};
