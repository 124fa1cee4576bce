import { type Doc, decode } from '../bson/codec';
import { type Collection, checkThere } from '../catalog';
import { SLICE_MS } from '../cooperate';
import { EngineError, failedToParse, missingField, onlyFields } from '../errors';
import { insertDoc, withEach, withOne } from '../modify';
import { docOf, type Row } from '../query';
import { Held, type Writer } from '../store';
import type { Reply } from '../wire';
import {
  boolOr,
  checkBatch,
  checkCollation,
  collectionName,
  docsOf,
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

const FATAL = new Set([8, 14031, 50, 112, 175, 246, 251]);

const writeError = (index: number, error: EngineError): WriteError => ({
  index,
  code: error.code,
  ...error.extra,
  errmsg: error.message,
});

/** The state of a command of several statements; a retryable one goes on where it was cut off. */
export class Statements {
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

  /** A copy is kept: what later statements count is not part of what is done so far. */
  remember(writer: Writer, next: number, last: boolean): void {
    const { reply, errors } = this;
    const so = errors.length > 0 ? { ...reply, writeErrors: [...errors] } : { ...reply };
    this.context.retry?.remember(writer, next, so, last);
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
  const state = new Statements(context, boolOr(body, 'ordered', true), { n: 0 });
  let collection = await collectionFor(context, name);
  while (state.next < length && !state.stopped) {
    await context.access.write((writer) => {
      // Somebody dropped or renamed it just now: it is looked for again.
      if (collection.dropped && !context.access.transaction) return;
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
    if (state.next < length) {
      await breathe(context);
      collection = await collectionFor(context, name);
    }
  }
  return reply(state.result());
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
    if (!context.access.transaction) checkThere(collection);
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
  if (limit === undefined) throw missingField('delete.deletes', 'limit');
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
  delete: { run: deleteDocuments, inTransaction: true, retryable: true },
};
